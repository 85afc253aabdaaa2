/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-credential-page.h"

#include "config.h"
#include "gw-endpoint.h"
#include "gw-scope-chooser.h"

#include <glib/gi18n.h>

/* More names than these are only counted. */
#define MAX_USERS 100

typedef enum {
  FACT_METHOD,
  FACT_CREDENTIAL,
  FACT_USER,
  FACT_ADDRESS,
  FACT_KEY_FILE,
  FACT_KEY_TYPE,
  FACT_FINGERPRINT,
  FACT_SECRET,
  FACT_CREATED,
  FACT_USED,
  FACT_SCOPES,
  FACT_USERS,
  N_FACTS
} Fact;

static const char *const fact_titles[N_FACTS] = {
  [FACT_METHOD] = N_ ("Authentication"),
  [FACT_CREDENTIAL] = N_ ("Credential"),
  [FACT_USER] = N_ ("Username"),
  [FACT_ADDRESS] = N_ ("Connection"),
  [FACT_KEY_FILE] = N_ ("Private Key File"),
  [FACT_KEY_TYPE] = N_ ("Key Type"),
  [FACT_FINGERPRINT] = N_ ("Fingerprint"),
  [FACT_SECRET] = N_ ("Secret"),
  [FACT_CREATED] = N_ ("Created"),
  [FACT_USED] = N_ ("Last Used"),
  [FACT_SCOPES] = N_ ("Default For"),
  [FACT_USERS] = N_ ("Used By"),
};

struct _GwCredentialPage
{
  GtkWidget          parent_instance;

  GtkWidget         *heading;
  GtkWidget         *back_button;
  GtkWidget         *change_button;
  GtkWidget         *warnings;
  GtkWidget         *refused_row;
  GtkWidget         *weak_row;
  GtkWidget         *bare_row;
  GtkWidget         *facts;
  GtkWidget         *uses;
  GtkWidget         *rows[N_FACTS];

  GwSavedLogins     *logins;
  GwCatalogue       *catalogue;
  GwCredentialEntry *entry; /* or NULL */
  gulong             changed_id;
};

G_DEFINE_FINAL_TYPE (GwCredentialPage, gw_credential_page, GTK_TYPE_WIDGET)

/* @value %NULL: nothing to say, no row. */
static void
show_fact (GwCredentialPage *self,
           Fact              fact,
           const char       *value)
{
  gtk_widget_set_visible (self->rows[fact], value != NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[fact]), value != NULL ? value : "");
}

static void
show_time (GwCredentialPage *self,
           Fact              fact,
           gint64            seconds,
           const char       *otherwise)
{
  g_autoptr (GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_local (seconds) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%x") : NULL;

  show_fact (self, fact, text != NULL ? text : otherwise);
}

static void
show_scopes (GwCredentialPage *self,
             GwCredential     *credential)
{
  const char *const *scopes = gw_credential_get_scopes (credential);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; scopes[i] != NULL; i++)
    {
      g_autofree char *line = gw_scope_dup_title (self->catalogue, scopes[i]);

      g_strv_builder_add (builder, line);
    }
  lines = g_strv_builder_end (builder);
  text = g_strjoinv ("\n", lines);
  show_fact (self, FACT_SCOPES, scopes[0] != NULL ? text : NULL);
}

static void
show_users (GwCredentialPage *self,
            GwCredential     *credential)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 used = 0;
  g_auto (GStrv) users
    = gw_saved_logins_list_users (self->logins, gw_credential_get_id (credential), &used);
  guint n = g_strv_length (users);

  for (guint i = 0; i < n && i < MAX_USERS; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", users[i]);
  if (n > MAX_USERS)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, ngettext ("and %u more", "and %u more", n - MAX_USERS),
                              n - MAX_USERS);
    }
  show_fact (self, FACT_USERS, n > 0 ? text->str : _("No instance yet"));
  show_time (self, FACT_USED, used, _("Never"));
}

static void
show_credential (GwCredentialPage *self,
                 GwCredential     *credential)
{
  const char *user = gw_credential_get_user (credential);
  const char *type = gw_credential_get_key_type (credential);
  guint bits = gw_credential_get_key_bits (credential);
  g_autofree char *key = NULL;

  /* Translators: type and length of a key, such as “ssh-rsa, 3072 bits” */
  if (type != NULL && bits > 0)
    key = g_strdup_printf (ngettext ("%s, %u bit", "%s, %u bits", bits), type, bits);
  show_fact (self, FACT_METHOD,
             gw_credential_type_title (gw_credential_get_secret_type (credential)));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[FACT_METHOD]),
                                 _("Credential Type"));
  show_fact (self, FACT_CREDENTIAL, NULL);
  show_fact (self, FACT_ADDRESS, NULL);
  show_fact (self, FACT_KEY_FILE, NULL);
  show_fact (self, FACT_SECRET, NULL);
  show_fact (self, FACT_USER, *user != '\0' ? user : _("None"));
  show_fact (self, FACT_KEY_TYPE, key != NULL ? key : type);
  show_fact (self, FACT_FINGERPRINT, gw_credential_get_fingerprint (credential));
  show_time (self, FACT_CREATED, gw_credential_get_created (credential), _("Unknown"));
  show_scopes (self, credential);
  show_users (self, credential);
}

/* What is in the keyring of @login, translated; %NULL if there is nothing to say. */
static const char *
describe_secret (GwCredentialPage   *self,
                 const GwSavedLogin *login)
{
  GwKeyringState state = gw_keyring_get_state (gw_saved_logins_get_keyring (self->logins));

  if (login->has_secret && login->method == GW_METHOD_SSH_KEY && login->key_path == NULL)
    return _("Kept with the login. To replace the key, log in anew with “Connect with…”.");
  if (login->has_secret)
    return state == GW_KEYRING_STATE_OPEN ? _("In the keyring") : _("In memory");
  if (login->method == GW_METHOD_CREDENTIAL)
    return NULL;
  if (state != GW_KEYRING_STATE_OPEN && state != GW_KEYRING_STATE_SESSION_ONLY)
    return _("Not known while the keyring cannot be used");
  return login->method == GW_METHOD_PASSWORD ? _("Not in the keyring any more") : NULL;
}

static void
show_login (GwCredentialPage   *self,
            const GwSavedLogin *login)
{
  gboolean is_stray = *login->host == '\0';
  GwCredential *credential = NULL;
  g_autofree char *address = NULL;

  if (login->credential != NULL)
    credential = gw_credentials_lookup (gw_saved_logins_get_credentials (self->logins),
                                        login->credential);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[FACT_METHOD]),
                                 _("Authentication"));
  show_fact (self, FACT_METHOD, is_stray ? NULL : gw_method_title (login->method));
  if (credential != NULL)
    show_fact (self, FACT_CREDENTIAL, gw_credential_get_name (credential));
  else if (login->credential == NULL)
    show_fact (self, FACT_CREDENTIAL, NULL);
  else if (gw_keyring_is_usable (gw_saved_logins_get_keyring (self->logins)))
    show_fact (self, FACT_CREDENTIAL, _("Deleted"));
  else
    show_fact (self, FACT_CREDENTIAL, _("Not known while the keyring cannot be used"));
  show_fact (self, FACT_USER, *login->user != '\0' ? login->user : NULL);
  if (!is_stray)
    address = gw_endpoint_to_string (NULL, login->host, login->port);
  show_fact (self, FACT_ADDRESS, address);
  show_fact (self, FACT_KEY_FILE, login->key_path);
  show_fact (self, FACT_KEY_TYPE, NULL);
  show_fact (self, FACT_FINGERPRINT, login->fingerprint);
  show_fact (self, FACT_SECRET,
             is_stray ? _("In the keyring, but of no login that is saved")
                      : describe_secret (self, login));
  show_time (self, FACT_CREATED, login->created, _("Unknown"));
  show_time (self, FACT_USED, login->used, is_stray ? NULL : _("Never"));
  show_fact (self, FACT_SCOPES, NULL);
  show_fact (self, FACT_USERS, NULL);
}

static void
show_entry (GwCredentialPage *self)
{
  GwCredential *credential = gw_credential_entry_get_credential (self->entry);
  gboolean is_refused = gw_credential_entry_is_refused (self->entry);
  gboolean is_weak = gw_credential_entry_is_weak (self->entry);
  gboolean is_bare = gw_credential_entry_is_bare (self->entry);
  const char *change = gw_credential_page_get_change (self->entry);

  g_assert (GW_IS_CREDENTIAL_PAGE (self));

  adw_window_title_set_title (ADW_WINDOW_TITLE (self->heading),
                              gw_credential_entry_get_title (self->entry));
  gtk_widget_set_visible (self->warnings, is_refused || is_weak || is_bare);
  gtk_widget_set_visible (self->refused_row, is_refused);
  gtk_widget_set_visible (self->weak_row, is_weak);
  gtk_widget_set_visible (self->bare_row, is_bare);
  gtk_widget_set_visible (self->change_button, change != NULL);
  gtk_button_set_label (GTK_BUTTON (self->change_button), change != NULL ? change : "");
  gtk_widget_set_visible (self->uses, credential != NULL);
  if (credential != NULL)
    show_credential (self, credential);
  else
    show_login (self, gw_credential_entry_get_login (self->entry));
}

static void
on_copy_fingerprint (GwCredentialPage *self)
{
  g_assert (GW_IS_CREDENTIAL_PAGE (self));

  if (self->entry != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                            gw_credential_entry_get_fingerprint (self->entry));
}

static void
add_copy_button (GwCredentialPage *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Copy Fingerprint"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Copy Fingerprint"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_copy_fingerprint), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->rows[FACT_FINGERPRINT]), button);
}

static void
gw_credential_page_dispose (GObject *object)
{
  GwCredentialPage *self = GW_CREDENTIAL_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  gw_credential_page_set_entry (self, NULL);
  g_clear_object (&self->logins);
  g_clear_object (&self->catalogue);
  g_clear_pointer (&child, gtk_widget_unparent);

  G_OBJECT_CLASS (gw_credential_page_parent_class)->dispose (object);
}

static gboolean
gw_credential_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GW_CREDENTIAL_PAGE (widget)->back_button);
}

static void
gw_credential_page_class_init (GwCredentialPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_credential_page_dispose;
  widget_class->grab_focus = gw_credential_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-credential-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, heading);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, change_button);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, warnings);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, refused_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, weak_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, bare_row);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, facts);
  gtk_widget_class_bind_template_child (widget_class, GwCredentialPage, uses);
}

static void
gw_credential_page_init (GwCredentialPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_FACTS; i++)
    {
      GtkWidget *group = i == FACT_SCOPES || i == FACT_USERS ? self->uses : self->facts;

      self->rows[i] = adw_action_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->rows[i]), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), _(fact_titles[i]));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->rows[i]);
    }
  add_copy_button (self);
}

void
gw_credential_page_set_sources (GwCredentialPage *self,
                                GwSavedLogins    *logins,
                                GwCatalogue      *catalogue)
{
  g_return_if_fail (GW_IS_CREDENTIAL_PAGE (self) && self->logins == NULL);
  g_return_if_fail (GW_IS_SAVED_LOGINS (logins) && GW_IS_CATALOGUE (catalogue));

  self->logins = g_object_ref (logins);
  self->catalogue = g_object_ref (catalogue);
}

void
gw_credential_page_set_entry (GwCredentialPage  *self,
                              GwCredentialEntry *entry)
{
  g_return_if_fail (GW_IS_CREDENTIAL_PAGE (self));
  g_return_if_fail (entry == NULL || GW_IS_CREDENTIAL_ENTRY (entry));

  if (self->entry != NULL)
    g_clear_signal_handler (&self->changed_id, self->entry);
  g_set_object (&self->entry, entry);
  if (entry == NULL)
    return;
  self->changed_id = g_signal_connect_object (entry, "changed", G_CALLBACK (show_entry), self,
                                              G_CONNECT_SWAPPED);
  show_entry (self);
}

GwCredentialEntry *
gw_credential_page_get_entry (GwCredentialPage *self)
{
  g_return_val_if_fail (GW_IS_CREDENTIAL_PAGE (self), NULL);

  return self->entry;
}

const char *
gw_credential_page_get_change (GwCredentialEntry *entry)
{
  const GwSavedLogin *login;

  g_return_val_if_fail (GW_IS_CREDENTIAL_ENTRY (entry), NULL);

  login = gw_credential_entry_get_login (entry);
  switch (gw_credential_entry_get_kind (entry))
    {
    case GW_ENTRY_CREDENTIAL:
      return _("Edit");
    case GW_ENTRY_LOGIN:
      if (login->method == GW_METHOD_PASSWORD)
        return _("Replace Password");
      if (login->method == GW_METHOD_SSH_KEY && login->key_path != NULL && login->has_secret)
        return _("Replace Passphrase");
      return NULL;
    case GW_ENTRY_STRAY:
    default:
      return NULL;
    }
}
