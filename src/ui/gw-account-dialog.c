/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-account-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-cloud-name.h"
#include "gw-dialog-fit.h"
#include "gw-field-errors.h"
#include "gw-secret-entry.h"

G_DEFINE_FINAL_TYPE (GwAccountDialog, gw_account_dialog, ADW_TYPE_WINDOW)

static guint saved_signal;

char *
gw_account_dialog_dup_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

void
gw_account_dialog_clear_errors (GwAccountDialog *self)
{
  gw_field_error_set (GTK_WIDGET (self->name_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->origin_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->id_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->secret_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->token_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->region_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->endpoint_row), NULL);
  gw_account_dialog_regions_clear_error (self->regions);
}

static gboolean
is_empty (AdwEntryRow *row)
{
  return *gtk_editable_get_text (GTK_EDITABLE (row)) == '\0';
}

/* An AccessKey that is in the keyring stays where nothing is typed. */
static void
update_hints (GwAccountDialog *self)
{
  gboolean stays = gw_account_dialog_has_key (self) && is_empty (self->id_row)
                   && is_empty (self->secret_row) && is_empty (self->token_row);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->id_row),
                                 stays ? _("AccessKey ID (Unchanged)") : _("AccessKey ID"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->secret_row),
                                 stays ? _("AccessKey Secret (Unchanged)")
                                       : _("AccessKey Secret"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->token_row),
                                 stays ? _("STS Token (Unchanged)") : _("STS Token (Optional)"));
}

/* What was said of what is in the fields is no longer so. */
static void
forget_answer (GwAccountDialog *self)
{
  self->is_verified = FALSE;
  gw_account_dialog_say_nothing (self);
}

static void
on_field_changed (GwAccountDialog *self,
                  GtkWidget       *field)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *endpoint = NULL;

  g_assert (GW_IS_ACCOUNT_DIALOG (self));

  if (self->accounts == NULL)
    return;
  gw_field_error_set (field, NULL);
  update_hints (self);
  if (field != GTK_WIDGET (self->name_row))
    forget_answer (self);
  if (field != GTK_WIDGET (self->endpoint_row))
    return;
  endpoint = gw_account_dialog_dup_text (self->endpoint_row);
  if (*endpoint != '\0' && !gw_cloud_endpoint_check (endpoint, NULL, &error))
    gw_field_error_set (field, error->message);
  adw_expander_row_set_subtitle (self->options_row, endpoint);
}

static void
on_origin_changed (GwAccountDialog *self)
{
  g_assert (GW_IS_ACCOUNT_DIALOG (self));

  if (self->accounts == NULL)
    return;
  gw_account_dialog_clear_errors (self);
  forget_answer (self);
  gw_account_dialog_update_origin (self);
}

static void
on_copy_changed (GwAccountDialog *self)
{
  g_assert (GW_IS_ACCOUNT_DIALOG (self));

  if (self->accounts != NULL)
    gw_account_dialog_update_origin (self);
}

static void
on_keyring_changed (GwAccountDialog *self)
{
  g_assert (GW_IS_ACCOUNT_DIALOG (self));

  gw_account_dialog_update_origin (self);
}

static void
on_region_chosen (GwAccountDialog *self,
                  GtkListBoxRow   *row)
{
  g_assert (GW_IS_ACCOUNT_DIALOG (self));

  gtk_editable_set_text (GTK_EDITABLE (self->region_row),
                         g_object_get_data (G_OBJECT (row), "gw-region-id"));
  gtk_popover_popdown (self->region_popover);
  gtk_widget_grab_focus (GTK_WIDGET (self->region_row));
}

/* One that is there already keeps its row. */
static gboolean
has_region (GwAccountDialog *self,
            const char      *id)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->region_list, i)) != NULL; i++)
    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "gw-region-id"), id) == 0)
      return TRUE;
  return FALSE;
}

void
gw_account_dialog_offer_regions (GwAccountDialog *self,
                                 GPtrArray       *names)
{
  gw_account_dialog_regions_offer (self->regions, names);
  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      GwCloudName *name = names->pdata[i];
      GtkWidget *row;

      if (has_region (self, name->id))
        continue;
      row = adw_action_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name->id);
      if (g_strcmp0 (name->title, name->id) != 0)
        adw_action_row_set_subtitle (ADW_ACTION_ROW (row), name->title);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "gw-region-id", g_strdup (name->id), g_free);
      gtk_list_box_append (self->region_list, row);
      gtk_widget_set_visible (GTK_WIDGET (self->region_button), TRUE);
    }
}

/* Those of the edited account, else what any account knows: the regions are the same for most. */
static void
offer_known_regions (GwAccountDialog *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (GwAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      GwEcsSource *source = gw_cloud_accounts_get_source (self->accounts, account);

      if (source != NULL
          && (self->edited == NULL
              || g_str_equal (gw_account_get_id (account), gw_account_get_id (self->edited))))
        gw_account_dialog_offer_regions (self, gw_ecs_source_get_regions (source));
    }
}

static void
on_submit (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  gw_account_dialog_submit (GW_ACCOUNT_DIALOG (widget),
                            g_str_equal (action_name, "account.add-anyway"));
}

static void
on_verify (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  gw_account_dialog_verify (GW_ACCOUNT_DIALOG (widget));
}

static void
on_copy_text (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  GwAccountDialog *self = GW_ACCOUNT_DIALOG (widget);
  gboolean is_policy = g_str_equal (action_name, "account.copy-policy");

  if (is_policy || self->request != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                            is_policy ? gw_ram_get_least_policy () : self->request);
}

void
gw_account_dialog_saved (GwAccountDialog *self,
                         const char      *id)
{
  GwAccount *account = gw_cloud_accounts_lookup (self->accounts, id);

  if (account != NULL)
    g_signal_emit (self, saved_signal, 0, account);
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
gw_account_dialog_close_request (GtkWindow *window)
{
  GwAccountDialog *self = GW_ACCOUNT_DIALOG (window);

  gw_account_dialog_clear_secrets (self);
  return GTK_WINDOW_CLASS (gw_account_dialog_parent_class)->close_request (window);
}

static void
gw_account_dialog_dispose (GObject *object)
{
  GwAccountDialog *self = GW_ACCOUNT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->focus);
  g_clear_object (&self->accounts);
  g_clear_object (&self->edited);

  G_OBJECT_CLASS (gw_account_dialog_parent_class)->dispose (object);
}

static void
gw_account_dialog_finalize (GObject *object)
{
  GwAccountDialog *self = GW_ACCOUNT_DIALOG (object);

  g_clear_pointer (&self->origins, g_ptr_array_unref);
  g_free (self->cli_error);
  g_free (self->auto_name);
  g_free (self->auto_region);
  g_free (self->auto_endpoint);
  g_free (self->request);

  G_OBJECT_CLASS (gw_account_dialog_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (GW_TYPE_KEYRING_ROW);
  g_type_ensure (GW_TYPE_ACCOUNT_DIALOG_REGIONS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-account-dialog.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, GwAccountDialog, name)
  BIND (scrolled);
  BIND (add_button);
  BIND (name_row);
  BIND (origin_row);
  BIND (origin_note_row);
  BIND (origin_note);
  BIND (id_row);
  BIND (secret_row);
  BIND (token_expander);
  BIND (token_row);
  BIND (copy_row);
  BIND (copy_switch);
  BIND (keyring_group);
  BIND (keyring_row);
  BIND (region_row);
  BIND (region_button);
  BIND (region_popover);
  BIND (region_list);
  BIND (regions);
  BIND (options_row);
  BIND (endpoint_row);
  BIND (policy_row);
  BIND (policy_view);
  BIND (message);
  BIND (request_button);
  BIND (verify_button);
  BIND (anyway_button);
  BIND (spinner);
  BIND (busy_label);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_field_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_origin_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_region_chosen);
}

static void
gw_account_dialog_class_init (GwAccountDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = gw_account_dialog_dispose;
  object_class->finalize = gw_account_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = gw_account_dialog_close_request;

  saved_signal = g_signal_new ("saved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 1, GW_TYPE_ACCOUNT);

  gtk_widget_class_install_action (widget_class, "account.submit", NULL, on_submit);
  gtk_widget_class_install_action (widget_class, "account.add-anyway", NULL, on_submit);
  gtk_widget_class_install_action (widget_class, "account.verify", NULL, on_verify);
  gtk_widget_class_install_action (widget_class, "account.copy-policy", NULL, on_copy_text);
  gtk_widget_class_install_action (widget_class, "account.copy-request", NULL, on_copy_text);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  bind_template (widget_class);
}

static void
gw_account_dialog_init (GwAccountDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gw_secret_entry_protect (GTK_EDITABLE (self->secret_row));
  gw_secret_entry_protect (GTK_EDITABLE (self->token_row));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->policy_view),
                            gw_ram_get_least_policy (), -1);
  gw_dialog_fit (self->scrolled);
}

static void
fill (GwAccountDialog *self)
{
  const char *endpoint = gw_account_get_endpoint (self->edited);

  gtk_window_set_title (GTK_WINDOW (self), _("Edit Account"));
  gtk_button_set_label (GTK_BUTTON (self->add_button), _("Save"));
  gtk_button_set_label (GTK_BUTTON (self->anyway_button), _("Save Anyway"));
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), gw_account_get_name (self->edited));
  gw_account_dialog_choose_origin (self, gw_account_get_kind (self->edited),
                                   gw_account_get_profile (self->edited));
  gtk_editable_set_text (GTK_EDITABLE (self->region_row), gw_account_get_region (self->edited));
  gtk_editable_set_text (GTK_EDITABLE (self->endpoint_row), endpoint != NULL ? endpoint : "");
  adw_expander_row_set_subtitle (self->options_row, endpoint != NULL ? endpoint : "");
  gw_account_dialog_regions_tick (self->regions, gw_account_get_regions (self->edited));
}

GwAccountDialog *
gw_account_dialog_new (GtkWindow       *parent,
                       GwCloudAccounts *accounts,
                       GwAccount       *account)
{
  GwAccountDialog *self;
  GwKeyring *keyring;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts), NULL);
  g_return_val_if_fail (account == NULL || GW_IS_ACCOUNT (account), NULL);

  self = g_object_new (GW_TYPE_ACCOUNT_DIALOG, "transient-for", parent, NULL);
  keyring = gw_cloud_accounts_get_keyring (accounts);
  gw_keyring_row_set_keyring (self->keyring_row, keyring);
  if (account != NULL)
    self->edited = gw_account_copy (account);
  self->accounts = g_object_ref (accounts);
  gw_account_dialog_list_origins (self);
  if (account != NULL)
    fill (self);
  offer_known_regions (self);
  gw_account_dialog_update_origin (self);
  update_hints (self);
  self->is_verified = account != NULL;
  g_signal_connect_object (self->keyring_row, "notify::visible", G_CALLBACK (on_keyring_changed),
                           self, G_CONNECT_SWAPPED);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return self;
}

void
gw_account_dialog_use_profile (GwAccountDialog *self,
                               const char      *profile)
{
  g_return_if_fail (GW_IS_ACCOUNT_DIALOG (self));
  g_return_if_fail (profile != NULL);

  gw_account_dialog_choose_origin (self, GW_ACCOUNT_CLI_PROFILE, profile);
}

void
gw_account_dialog_use_environment (GwAccountDialog *self)
{
  g_return_if_fail (GW_IS_ACCOUNT_DIALOG (self));

  gw_account_dialog_choose_origin (self, GW_ACCOUNT_ENVIRONMENT, NULL);
}

void
gw_account_dialog_clear_secrets (GwAccountDialog *self)
{
  g_return_if_fail (GW_IS_ACCOUNT_DIALOG (self));

  /* What is under way has copies. */
  gw_account_dialog_stop (self);
  gw_secret_entry_clear (GTK_EDITABLE (self->secret_row));
  gw_secret_entry_clear (GTK_EDITABLE (self->token_row));
}
