/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-reach-box.h"

#include "config.h"

#include "gw-error.h"
#include "gw-reach-dialog.h"

#include <glib/gi18n.h>

struct _GwReachBox
{
  AdwBin           parent_instance;

  GtkSpinner      *spinner;
  GtkLabel        *label;
  GtkWidget       *button;

  GwCloudAccounts *accounts;
  GSettings       *settings;
  GwInstance      *instance;
  GwConnection    *connection;
  guint            port;
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
  say (self, reach != NULL ? reach->summary : error->message, FALSE);
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
  say (self, _("Looking at the security groups…"), TRUE);
  self->cancellable = g_cancellable_new ();
  gw_reach_find_async (self->accounts, self->instance, self->connection, self->port, mine,
                       self->cancellable, on_found, self);
}

static void
on_admitted (GwReachBox *self)
{
  g_assert (GW_IS_REACH_BOX (self));

  g_signal_emit (self, signals[ADMITTED], 0);
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
gw_reach_box_class_init (GwReachBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_reach_box_dispose;

  signals[ADMITTED] = g_signal_new ("admitted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-reach-box.ui");
  gtk_widget_class_bind_template_child (widget_class, GwReachBox, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwReachBox, label);
  gtk_widget_class_bind_template_child (widget_class, GwReachBox, button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
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
