/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-reach-box.h"

#include "config.h"

#include "gw-error.h"
#include "gw-reach-dialog.h"
#include "gw-refusal-words.h"

#include <glib/gi18n.h>

struct _GwReachBox
{
  AdwBin           parent_instance;

  GtkSpinner      *spinner;
  GtkLabel        *label;
  GtkWidget       *button;
  GtkButton       *request_button;

  GwCloudAccounts *accounts;
  GSettings       *settings;
  GwInstance      *instance;
  GwConnection    *connection;
  guint            port;
  gboolean         admitted;    /* there is a rule: whoever listens looks again */
  char            *request;     /* for the administrator; %NULL where nothing was refused */
  GCancellable    *cancellable; /* %NULL unless it is being asked */
};

G_DEFINE_FINAL_TYPE (GwReachBox, gw_reach_box, ADW_TYPE_BIN)

enum { ADMITTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
say (GwReachBox *self,
     const char *text,
     gboolean    asking)
{
  gtk_label_set_text (self->label, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->label), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), asking);
  gtk_spinner_set_spinning (self->spinner, asking);
}

/* What went wrong (nullable), or what the groups say. */
static void
say_result (GwReachBox   *self,
            const GError *error,
            const char   *summary)
{
  g_autofree char *text = NULL;

  g_clear_pointer (&self->request, g_free);
  if (error != NULL)
    text = gw_refusal_words_for (error, self->accounts, self->instance, &self->request);
  say (self, text != NULL ? text : summary, FALSE);
  gtk_button_set_label (self->request_button, _("Copy Request for Administrator"));
  gtk_widget_set_visible (GTK_WIDGET (self->request_button), self->request != NULL);
}

static void
on_found (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GwReach) reach = NULL;
  GwReachBox *self;

  reach = gw_reach_find_finish (GW_CLOUD_ACCOUNTS (source), result, &error);
  /* Then the box is gone, or asks anew. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self = GW_REACH_BOX (user_data);
  g_clear_object (&self->cancellable);
  say_result (self, error, reach != NULL ? reach->summary : NULL);
  gtk_widget_set_visible (self->button,
                          !g_error_matches (error, GW_ERROR, GW_ERROR_NOT_OF_ACCOUNT));
}

static void
stop (GwReachBox *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
ask (GwReachBox *self)
{
  g_autoptr (GwMyAddress) mine = gw_my_address_find (self->settings, self->connection);

  stop (self);
  gtk_widget_set_visible (GTK_WIDGET (self->request_button), FALSE);
  say (self, _("Looking at the security groups…"), TRUE);
  self->cancellable = g_cancellable_new ();
  gw_reach_find_async (self->accounts, self->instance, self->connection, self->port, mine,
                       self->cancellable, on_found, self);
}

static void
on_admitted (GwReachBox *self)
{
  g_assert (GW_IS_REACH_BOX (self));

  self->admitted = TRUE;
  g_signal_emit (self, signals[ADMITTED], 0);
}

/* Without a rule; but the address may be known now. */
static void
on_dialog_gone (GwReachBox *self)
{
  g_assert (GW_IS_REACH_BOX (self));

  if (!self->admitted && gtk_widget_get_mapped (GTK_WIDGET (self)))
    ask (self);
}

static void
on_copy_request (GwReachBox *self)
{
  g_assert (GW_IS_REACH_BOX (self));

  if (self->request == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->request);
  gtk_button_set_label (self->request_button, _("Copied"));
}

static void
on_clicked (GwReachBox *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GwReachDialog *dialog;

  g_assert (GW_IS_REACH_BOX (self));

  dialog = gw_reach_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->accounts,
                                self->settings, self->instance, self->connection, self->port);
  g_signal_connect_object (dialog, "admitted", G_CALLBACK (on_admitted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "destroy", G_CALLBACK (on_dialog_gone), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
gw_reach_box_dispose (GObject *object)
{
  GwReachBox *self = GW_REACH_BOX (object);

  stop (self);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);
  g_clear_object (&self->instance);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (gw_reach_box_parent_class)->dispose (object);
}

static void
gw_reach_box_finalize (GObject *object)
{
  g_free (GW_REACH_BOX (object)->request);

  G_OBJECT_CLASS (gw_reach_box_parent_class)->finalize (object);
}

static void
gw_reach_box_class_init (GwReachBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_reach_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = gw_reach_box_finalize;

  signals[ADMITTED] = g_signal_new ("admitted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-reach-box.ui");
  gtk_widget_class_bind_template_child (widget_class, GwReachBox, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwReachBox, label);
  gtk_widget_class_bind_template_child (widget_class, GwReachBox, button);
  gtk_widget_class_bind_template_child (widget_class, GwReachBox, request_button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_request);
}

static void
gw_reach_box_init (GwReachBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gw_reach_box_new (GwCloudAccounts *accounts,
                  GSettings       *settings,
                  GwInstance      *instance,
                  GwConnection    *connection,
                  guint            port)
{
  GwReachBox *self;

  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);
  g_return_val_if_fail (GW_IS_CONNECTION (connection), NULL);

  self = g_object_new (GW_TYPE_REACH_BOX, NULL);
  self->accounts = g_object_ref (accounts);
  self->settings = g_object_ref (settings);
  self->instance = g_object_ref (instance);
  self->connection = g_object_ref (connection);
  self->port = port;
  ask (self);
  return GTK_WIDGET (self);
}
