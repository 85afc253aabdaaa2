/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-field.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-credential-items.h"
#include "gw-drop-down.h"
#include "gw-keyring-row.h"

/* From how many on a search is worth its place in the list. */
#define SEARCH_FROM 12

struct _GwCredentialField
{
  AdwPreferencesRow  parent_instance;

  GtkDropDown       *drop_down;
  GtkLabel          *empty_label;
  GtkWidget         *create_button;
  GtkLabel          *user_label;
  GtkLabel          *fingerprint_label;
  GtkLabel          *hint_label;
  GtkLabel          *error_label;
  GtkWidget         *keyring_list;
  GwKeyringRow      *keyring_row;

  GwCredentials     *credentials;
  char              *id;          /* of the one that is to be chosen, NULL for none */
  GwCredential      *selected;    /* the one of that id, if it is there */
  gboolean           is_only;     /* nobody chose it */
  gboolean           creates;     /* as soon as the keyring is open */
  gboolean           quiet;       /* the drop-down is being told, or picks one by itself */
  gboolean           says_gone;   /* the error is ours */
};

G_DEFINE_FINAL_TYPE (GwCredentialField, gw_credential_field, ADW_TYPE_PREFERENCES_ROW)

enum { CHANGED, CREATE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_label (GtkLabel   *label,
           const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
show_selected (GwCredentialField *self)
{
  g_autofree char *text
    = self->selected != NULL ? gw_credential_items_describe (self->selected) : NULL;

  set_label (self->user_label, text);
  set_label (self->fingerprint_label,
             self->selected != NULL ? gw_credential_get_fingerprint (self->selected) : NULL);
}

static void
say_gone (GwCredentialField *self,
          gboolean           gone)
{
  if (gone)
    gw_credential_field_set_error (self, _("The chosen credential was deleted. Choose another "
                                           "one."));
  else if (self->says_gone)
    gw_credential_field_set_error (self, NULL);
  self->says_gone = gone;
}

static guint
find_position (GwCredentialField *self,
               GwCredential      *credential)
{
  GListModel *model = G_LIST_MODEL (self->credentials);

  for (guint i = 0; credential != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GwCredential) item = g_list_model_get_item (model, i);

      if (item == credential)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* Where there is but one, nobody is asked which, until there are more. One that somebody chose and
 * that is gone is not replaced. */
static void
choose_only (GwCredentialField *self)
{
  GListModel *model = G_LIST_MODEL (self->credentials);
  g_autoptr (GwCredential) credential = NULL;

  if (self->is_only)
    g_clear_pointer (&self->id, g_free);
  self->is_only = self->id == NULL && g_list_model_get_n_items (model) == 1;
  if (!self->is_only)
    return;
  credential = g_list_model_get_item (model, 0);
  self->id = g_strdup (gw_credential_get_id (credential));
}

/* Makes what is shown what there is. TRUE if another one, or another state of it, is chosen. */
static gboolean
update (GwCredentialField *self)
{
  GwKeyring *keyring = gw_credentials_get_keyring (self->credentials);
  GwKeyringState state = gw_keyring_get_state (keyring);
  gboolean usable = gw_keyring_is_usable (keyring);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->credentials));
  GwCredential *credential;
  gboolean changed;

  choose_only (self);
  credential = self->id != NULL ? gw_credentials_lookup (self->credentials, self->id) : NULL;
  changed = g_set_object (&self->selected, credential);
  self->quiet = TRUE;
  gtk_drop_down_set_selected (self->drop_down, find_position (self, credential));
  self->quiet = FALSE;
  gtk_drop_down_set_enable_search (self->drop_down, n >= SEARCH_FROM);
  gtk_widget_set_visible (GTK_WIDGET (self->drop_down), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->empty_label),
                          n == 0 && (usable || state == GW_KEYRING_STATE_UNKNOWN));
  if (state == GW_KEYRING_STATE_UNKNOWN)
    gtk_label_set_text (self->empty_label, _("Asking the keyring…"));
  else
    gtk_label_set_text (self->empty_label, _("No credentials yet"));
  gtk_widget_set_visible (self->keyring_list,
                          !usable && state != GW_KEYRING_STATE_UNKNOWN);
  gtk_widget_set_sensitive (self->create_button,
                            state != GW_KEYRING_STATE_UNKNOWN && !self->creates);
  show_selected (self);
  say_gone (self, usable && self->id != NULL && credential == NULL);
  return changed;
}

static void
on_state_changed (GwCredentialField *self)
{
  g_assert (GW_IS_CREDENTIAL_FIELD (self));

  if (update (self))
    g_signal_emit (self, signals[CHANGED], 0);
}

/* Before the drop-down hears of it, which then chooses the next best one. */
static void
on_items_changing (GwCredentialField *self)
{
  g_assert (GW_IS_CREDENTIAL_FIELD (self));

  self->quiet = TRUE;
}

static void
on_items_changed (GwCredentialField *self)
{
  g_assert (GW_IS_CREDENTIAL_FIELD (self));

  if (update (self))
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_selected (GwCredentialField *self)
{
  GwCredential *credential;

  g_assert (GW_IS_CREDENTIAL_FIELD (self));

  if (self->quiet)
    return;
  credential = gtk_drop_down_get_selected_item (self->drop_down);
  if (credential == self->selected)
    return;
  g_free (self->id);
  self->id = credential != NULL ? g_strdup (gw_credential_get_id (credential)) : NULL;
  self->is_only = FALSE;
  update (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The prompt of the row below is over. */
static void
on_keyring_done (GwCredentialField *self,
                 gboolean           ok)
{
  gboolean wants_create;

  g_assert (GW_IS_CREDENTIAL_FIELD (self));

  wants_create = self->creates;
  self->creates = FALSE;
  if (update (self))
    g_signal_emit (self, signals[CHANGED], 0);
  if (ok && wants_create)
    g_signal_emit (self, signals[CREATE], 0);
}

static void
on_create (GwCredentialField *self)
{
  GwKeyring *keyring;

  g_assert (GW_IS_CREDENTIAL_FIELD (self));

  keyring = gw_credentials_get_keyring (self->credentials);
  /* Where there is no service, the dialog that is asked for offers what can be done. */
  if (gw_keyring_is_usable (keyring)
      || gw_keyring_get_state (keyring) == GW_KEYRING_STATE_ABSENT)
    {
      g_signal_emit (self, signals[CREATE], 0);
      return;
    }
  self->creates = TRUE;
  update (self);
  gw_keyring_row_press (self->keyring_row);
}

/* Also before it is mapped, when the search for a child that takes the focus finds none. */
static gboolean
gw_credential_field_grab_focus (GtkWidget *widget)
{
  GwCredentialField *self = GW_CREDENTIAL_FIELD (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->drop_down)))
    return gtk_widget_grab_focus (GTK_WIDGET (self->drop_down));
  return gtk_widget_grab_focus (self->create_button)
         || gtk_widget_child_focus (self->keyring_list, GTK_DIR_TAB_FORWARD);
}

static void
gw_credential_field_dispose (GObject *object)
{
  GwCredentialField *self = GW_CREDENTIAL_FIELD (object);

  g_clear_object (&self->selected);
  g_clear_object (&self->credentials);

  G_OBJECT_CLASS (gw_credential_field_parent_class)->dispose (object);
}

static void
gw_credential_field_finalize (GObject *object)
{
  g_free (GW_CREDENTIAL_FIELD (object)->id);

  G_OBJECT_CLASS (gw_credential_field_parent_class)->finalize (object);
}

static void
gw_credential_field_class_init (GwCredentialFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_credential_field_dispose;
  G_OBJECT_CLASS (klass)->finalize = gw_credential_field_finalize;
  widget_class->grab_focus = gw_credential_field_grab_focus;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CREATE] = g_signal_new ("create", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (GW_TYPE_KEYRING_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-credential-field.ui");
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, drop_down);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, empty_label);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, create_button);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, user_label);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, fingerprint_label);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, hint_label);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, error_label);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, keyring_list);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialField, keyring_row);
  gtk_widget_class_bind_template_callback (widget_class, on_create);
}

static void
gw_credential_field_init (GwCredentialField *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gw_credential_items_set_up (self->drop_down);
  gw_drop_down_complete (self->drop_down, _("Credential"), _("Choose…"));
  gw_drop_down_set_submits (self->drop_down);
  g_signal_connect_object (self->keyring_row, "done", G_CALLBACK (on_keyring_done), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->drop_down, "notify::selected", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
}

void
gw_credential_field_set_credentials (GwCredentialField *self,
                                     GwCredentials     *credentials)
{
  GwKeyring *keyring;

  g_return_if_fail (GW_IS_CREDENTIAL_FIELD (self));
  g_return_if_fail (GW_IS_CREDENTIALS (credentials));
  g_return_if_fail (self->credentials == NULL);

  self->credentials = g_object_ref (credentials);
  keyring = gw_credentials_get_keyring (credentials);
  gw_keyring_row_set_keyring (self->keyring_row, keyring);
  g_signal_connect_object (credentials, "items-changed", G_CALLBACK (on_items_changing), self,
                           G_CONNECT_SWAPPED);
  self->quiet = TRUE;
  gtk_drop_down_set_model (self->drop_down, G_LIST_MODEL (credentials));
  self->quiet = FALSE;
  g_signal_connect_object (credentials, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (keyring, "notify::state", G_CALLBACK (on_state_changed), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

GwCredential *
gw_credential_field_get_selected (GwCredentialField *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_FIELD (self), NULL);

  return self->selected;
}

void
gw_credential_field_select (GwCredentialField *self,
                            const char        *id)
{
  char *copy;

  g_return_if_fail (GW_IS_CREDENTIAL_FIELD (self));

  copy = g_strdup (id);
  g_free (self->id);
  self->id = copy;
  self->is_only = FALSE;
  if (self->credentials != NULL)
    update (self);
}

void
gw_credential_field_set_hint (GwCredentialField *self,
                              const char        *hint)
{
  g_return_if_fail (GW_IS_CREDENTIAL_FIELD (self));

  set_label (self->hint_label, hint);
}

void
gw_credential_field_set_error (GwCredentialField *self,
                               const char        *message)
{
  g_return_if_fail (GW_IS_CREDENTIAL_FIELD (self));

  self->says_gone = FALSE;
  set_label (self->error_label, message);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                               : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

const char *
gw_credential_field_get_error (GwCredentialField *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_FIELD (self), NULL);

  return gtk_widget_get_visible (GTK_WIDGET (self->error_label))
           ? gtk_label_get_text (self->error_label) : NULL;
}
