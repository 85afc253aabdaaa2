/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-keyring-row.h"

#include "config.h"

#include <glib/gi18n.h>

struct _GwKeyringRow
{
  AdwActionRow  parent_instance;

  GtkSpinner   *spinner;
  GtkButton    *button;

  GwKeyring    *keyring;
  GCancellable *cancellable; /* of the prompt that is up; NULL if there is none */
};

G_DEFINE_FINAL_TYPE (GwKeyringRow, gw_keyring_row, ADW_TYPE_ACTION_ROW)

static guint done_signal;

/* What is said and offered in a state; no title: the row is hidden. Marked for translation only. */
static const struct {
  const char *title;
  const char *subtitle;
  const char *button;
} offers[] = {
  [GW_KEYRING_STATE_UNKNOWN] = { NULL, NULL, NULL },
  [GW_KEYRING_STATE_ABSENT] = {
    N_("No Keyring Service"),
    N_("No program of this desktop keeps secrets. Gangway can keep them in locked memory until it "
       "is closed."),
    N_("Keep for This Session"),
  },
  [GW_KEYRING_STATE_NO_COLLECTION] = {
    N_("No Keyring Yet"),
    N_("The desktop asks for a password that protects the new keyring."),
    N_("Create Keyring"),
  },
  [GW_KEYRING_STATE_LOCKED] = {
    N_("Keyring Is Locked"),
    N_("The desktop asks for the keyring’s password."),
    N_("Unlock"),
  },
  [GW_KEYRING_STATE_OPEN] = { NULL, NULL, NULL },
  [GW_KEYRING_STATE_SESSION_ONLY] = { NULL, NULL, NULL },
};

/* Whoever pressed the button goes on with what comes after the row. */
static void
hide (GwKeyringRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
show_busy (GwKeyringRow *self)
{
  gboolean busy = self->cancellable != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), !busy);
}

static void
update (GwKeyringRow *self)
{
  GwKeyringState state = gw_keyring_get_state (self->keyring);

  if (offers[state].title == NULL)
    {
      hide (self);
      return;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _(offers[state].title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _(offers[state].subtitle));
  gtk_button_set_label (self->button, _(offers[state].button));
  gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

static void
on_state_changed (GwKeyringRow *self)
{
  g_assert (GW_IS_KEYRING_ROW (self));

  update (self);
}

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwKeyringRow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = gw_keyring_unlock_finish (GW_KEYRING (source), result, &error);

  /* Disposed of meanwhile. */
  if (self->cancellable == NULL)
    return;
  g_clear_object (&self->cancellable);
  show_busy (self);
  if (!ok && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), error->message);
      gtk_widget_add_css_class (GTK_WIDGET (self), "error");
    }
  if (!ok && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->button));
  g_signal_emit (self, done_signal, 0, ok);
}

void
gw_keyring_row_press (GwKeyringRow *self)
{
  g_return_if_fail (GW_IS_KEYRING_ROW (self));

  if (self->cancellable != NULL)
    return;
  if (gw_keyring_get_state (self->keyring) == GW_KEYRING_STATE_ABSENT)
    {
      gw_keyring_use_memory (self->keyring);
      return;
    }
  update (self);
  self->cancellable = g_cancellable_new ();
  show_busy (self);
  gw_keyring_unlock_async (self->keyring, self->cancellable, on_unlocked, g_object_ref (self));
}

static void
on_clicked (GwKeyringRow *self)
{
  gw_keyring_row_press (self);
}

static void
gw_keyring_row_dispose (GObject *object)
{
  GwKeyringRow *self = GW_KEYRING_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->keyring);

  G_OBJECT_CLASS (gw_keyring_row_parent_class)->dispose (object);
}

/* The prompt is for nobody any more when the window with the row has gone. */
static void
gw_keyring_row_unroot (GtkWidget *widget)
{
  g_cancellable_cancel (GW_KEYRING_ROW (widget)->cancellable);

  GTK_WIDGET_CLASS (gw_keyring_row_parent_class)->unroot (widget);
}

static void
gw_keyring_row_class_init (GwKeyringRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_keyring_row_dispose;
  widget_class->unroot = gw_keyring_row_unroot;

  done_signal = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-keyring-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GwKeyringRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, GwKeyringRow, button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
gw_keyring_row_init (GwKeyringRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
gw_keyring_row_set_keyring (GwKeyringRow *self,
                            GwKeyring    *keyring)
{
  g_return_if_fail (GW_IS_KEYRING_ROW (self));
  g_return_if_fail (GW_IS_KEYRING (keyring));
  g_return_if_fail (self->keyring == NULL);

  self->keyring = g_object_ref (keyring);
  g_signal_connect_object (keyring, "notify::state", G_CALLBACK (on_state_changed), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
