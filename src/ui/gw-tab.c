/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-tab-private.h"

#include "config.h"
#include "gw-endpoint.h"

#include <glib/gi18n.h>

/* How long after a session's end Return still counts as struck for its shell. */
#define TYPE_AHEAD_US (G_USEC_PER_SEC * 3 / 2)

G_DEFINE_FINAL_TYPE (GwTab, gw_tab, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_TITLE,
  PROP_LOADING,
  PROP_NEEDS_ATTENTION,
  PROP_STATE,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

enum {
  SIGNAL_EDIT_LOGIN,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
set_attention (GwTab    *self,
               gboolean  attention)
{
  if (self->needs_attention == attention)
    return;
  self->needs_attention = attention;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NEEDS_ATTENTION]);
}

/* Only of a tab that is not being looked at: nobody would ever clear it. */
static void
ask_for_attention (GwTab *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    set_attention (self, TRUE);
}

static void
update_title (GwTab *self)
{
  g_autofree char *server = gw_terminal_dup_title (self->terminal);
  const char *name = gw_login_get_title (self->login);
  guint port = gw_login_get_port (self->login);
  g_autofree char *endpoint = NULL;

  /* Several servers on one address are told apart by their ports. */
  if (gw_login_get_instance (self->login) == NULL && port != GW_DEFAULT_PORT)
    name = endpoint = gw_endpoint_to_string (NULL, gw_login_get_host (self->login), port);
  g_free (self->title);
  /* Translators: the title of a tab: instance, then the title that the server set. */
  self->title = *server != '\0' ? g_strdup_printf (_("%s – %s"), name, server) : g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

static void
feed_text (GwTab      *self,
           const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\r\n", lines);

  vte_terminal_feed (VTE_TERMINAL (self->terminal), joined, -1);
  self->has_text = TRUE;
  gw_tab_place_cover (self);
}

static void
on_overflow (GwTab *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_show_notice (self, _("The server does not read its input: what is typed now is lost."));
}

static void
start_feeder (GwTab *self)
{
  g_autoptr (GError) error = NULL;
  int fd = gw_session_get_fd (self->session);

  if (fd < 0 || self->feeder != NULL)
    return;
  self->feeder = gw_feeder_new (VTE_TERMINAL (self->terminal), fd, &error);
  self->has_text = TRUE;
  if (self->feeder == NULL)
    {
      gw_tab_show_notice (self, error->message);
      gw_session_close (self->session);
      return;
    }
  g_signal_connect_object (self->feeder, "overflow", G_CALLBACK (on_overflow), self,
                           G_CONNECT_SWAPPED);
}

/* The session */

/* The server refused what was saved: nothing is tried again before a person has looked. Who works
 * in another tab is not interrupted, the page here says it. */
static void
offer_other_secret (GwTab *self)
{
  g_autofree char *target = gw_login_describe (self->login);
  g_autofree char *notice = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (gw_login_get_method (self->login) == GW_METHOD_CREDENTIAL)
    /* Translators: %s is like root@203.0.113.7 */
    notice = g_strdup_printf (_("The server refused the credential for %s. Nothing was tried "
                                "again."), target);
  else
    notice = g_strdup_printf (_("The server refused the saved login for %s. Nothing was tried "
                                "again."), target);
  g_signal_emit (self, signals[SIGNAL_EDIT_LOGIN], 0, self->login, notice);
}

static void
on_state_changed (GwTab *self)
{
  GwSessionState state;

  g_assert (GW_IS_TAB (self));

  state = gw_session_get_state (self->session);
  if (state == GW_SESSION_STATE_CONNECTED)
    {
      /* Before the first byte is fed: VTE's replies to it count as input. */
      gw_tab_update_pages (self);
      start_feeder (self);
    }
  else
    gw_tab_update_pages (self);
  if (state == GW_SESSION_STATE_CLOSED)
    {
      gw_terminal_cancel_paste (self->terminal);
      ask_for_attention (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
  if (state == GW_SESSION_STATE_CLOSED && gw_session_is_saved_refused (self->session))
    offer_other_secret (self);
}

static void
on_phase_changed (GwTab *self)
{
  g_assert (GW_IS_TAB (self));

  if (self->page == GW_TAB_PAGE_PROGRESS)
    gw_tab_update_pages (self);
}

static void
on_prompt_changed (GwTab *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_update_pages (self);
  if (self->page == GW_TAB_PAGE_PROMPT)
    ask_for_attention (self);
}

static void
on_banner (GwSession  *session,
           const char *text,
           GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  feed_text (self, text);
  feed_text (self, "\n");
}

static void
on_session_notice (GwSession  *session,
                   const char *text,
                   GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_show_notice (self, text);
}

static gboolean
on_start (gpointer user_data)
{
  GwTab *self = user_data;
  guint columns;
  guint rows;

  g_assert (GW_IS_TAB (self));

  self->start_id = 0;
  /* Cancelled meanwhile. */
  if (gw_session_get_state (self->session) != GW_SESSION_STATE_NEW)
    return G_SOURCE_REMOVE;
  gw_terminal_get_size (self->terminal, &columns, &rows);
  gw_session_start (self->session, columns, rows);
  return G_SOURCE_REMOVE;
}

/* Not before the terminal has its size, and not while it is being given it: starting changes
 * widgets. */
static void
schedule_start (GwTab *self)
{
  guint columns;
  guint rows;

  gw_terminal_get_size (self->terminal, &columns, &rows);
  if (columns > 0 && self->start_id == 0 && self->session != NULL
      && gw_session_get_state (self->session) == GW_SESSION_STATE_NEW)
    self->start_id = g_idle_add (on_start, self);
}

static void
drop_session (GwTab *self)
{
  g_clear_handle_id (&self->start_id, g_source_remove);
  if (self->feeder != NULL)
    gw_feeder_stop (self->feeder);
  g_clear_object (&self->feeder);
  if (self->session == NULL)
    return;
  /* It was meant for this session. */
  gw_terminal_cancel_paste (self->terminal);
  g_signal_handlers_disconnect_by_data (self->session, self);
  gw_session_close (self->session);
  g_clear_object (&self->session);
}

static void
open_session (GwTab *self)
{
  self->session = gw_session_new (self->login, self->logins, self->accounts);
  g_signal_connect_swapped (self->session, "notify::state", G_CALLBACK (on_state_changed), self);
  g_signal_connect_swapped (self->session, "notify::phase", G_CALLBACK (on_phase_changed), self);
  g_signal_connect_swapped (self->session, "notify::prompt", G_CALLBACK (on_prompt_changed), self);
  g_signal_connect (self->session, "banner", G_CALLBACK (on_banner), self);
  g_signal_connect (self->session, "notice", G_CALLBACK (on_session_notice), self);
  on_state_changed (self);
  schedule_start (self);
}

/* What the last program left behind (title, alternate screen, mouse reports, colours) ends with it;
 * its text stays. */
static void
separate (GwTab *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%X");
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  if (!self->has_text)
    return;
  /* VTE resets nothing while its input is disabled. Nobody hears what it might say: the feeder has
   * been stopped. */
  g_assert (self->feeder == NULL);
  vte_terminal_set_input_enabled (VTE_TERMINAL (self->terminal), TRUE);
  vte_terminal_reset (VTE_TERMINAL (self->terminal), FALSE, FALSE);
  vte_terminal_set_input_enabled (VTE_TERMINAL (self->terminal), FALSE);
  /* Translators: a line in the terminal; %s is the time of day. */
  text = g_strdup_printf (_("Connecting again at %s"), time);
  line = g_strdup_printf ("\033]2;\007\033[?47l\033[0m\n\033[2m── %s ──\033[0m\n", text);
  feed_text (self, line);
}

static gboolean
is_key_gone (GwLogin *login)
{
  return gw_login_get_method (login) == GW_METHOD_SSH_KEY && !gw_login_get_saved (login)
         && gw_login_get_private_key (login) == NULL && gw_login_get_key_path (login) == NULL
         && gw_login_get_agent_key (login) == NULL;
}

void
gw_tab_reconnect (GwTab *self)
{
  g_return_if_fail (GW_IS_TAB (self));

  if (gw_tab_get_state (self) != GW_SESSION_STATE_CLOSED)
    return;
  /* A key that was pasted is kept nowhere, and what was refused is not sent again unasked. */
  if (gw_session_is_saved_refused (self->session) || is_key_gone (self->login))
    gw_tab_edit_login (self);
  else
    gw_tab_connect (self, self->login);
}

void
gw_tab_edit_login (GwTab *self)
{
  g_return_if_fail (GW_IS_TAB (self));

  if (gw_tab_get_state (self) == GW_SESSION_STATE_CLOSED)
    g_signal_emit (self, signals[SIGNAL_EDIT_LOGIN], 0, self->login, NULL);
}

/* The terminal */

static void
on_size_changed (GwTerminal *terminal,
                 guint       columns,
                 guint       rows,
                 GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  if (self->session == NULL)
    return;
  if (gw_session_get_state (self->session) == GW_SESSION_STATE_NEW)
    schedule_start (self);
  else
    gw_session_resize (self->session, columns, rows);
}

static void
on_paste (GwTerminal *terminal,
          const char *text,
          GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_paste (self, text);
}

static void
on_menu (GwTerminal *terminal,
         double      x,
         double      y,
         GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_popup_menu (self, x, y);
}

static void
on_title_changed (GwTerminal *terminal,
                  GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  if (self->login != NULL)
    update_title (self);
}

static void
on_notice (GwTerminal *terminal,
           const char *message,
           GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_show_notice (self, message);
}

static void
on_bell (GwTerminal *terminal,
         GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  ask_for_attention (self);
}

static void
on_find_closed (GwFindBar *bar,
                GwTab     *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_grab_default_focus (self);
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GwTab                 *self)
{
  g_assert (GW_IS_TAB (self));

  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter)
      || (state & gtk_accelerator_get_default_mod_mask ()) != 0
      || gw_tab_get_state (self) != GW_SESSION_STATE_CLOSED)
    return GDK_EVENT_PROPAGATE;
  /* Struck for the shell that has just ended, it must not start a login that nobody chose. */
  if (g_get_monotonic_time () - self->ended_at > TYPE_AHEAD_US)
    gw_tab_reconnect (self);
  return GDK_EVENT_STOP;
}

/* The class */

static gboolean
gw_tab_grab_focus (GtkWidget *widget)
{
  return gw_tab_grab_default_focus (GW_TAB (widget));
}

static void
gw_tab_dispose (GObject *object)
{
  GwTab *self = GW_TAB (object);

  drop_session (self);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  /* The template's child is AdwBin's, which would unparent it once more. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), GW_TYPE_TAB);
  g_clear_object (&self->actions);
  g_clear_object (&self->login);
  g_clear_object (&self->logins);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (gw_tab_parent_class)->dispose (object);
}

static void
gw_tab_finalize (GObject *object)
{
  g_free (GW_TAB (object)->title);

  G_OBJECT_CLASS (gw_tab_parent_class)->finalize (object);
}

static void
gw_tab_get_property (GObject    *object,
                     guint       id,
                     GValue     *value,
                     GParamSpec *pspec)
{
  GwTab *self = GW_TAB (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, gw_tab_get_state (self) < GW_SESSION_STATE_CONNECTED);
      break;
    case PROP_NEEDS_ATTENTION:
      g_value_set_boolean (value, self->needs_attention);
      break;
    case PROP_STATE:
      g_value_set_uint (value, gw_tab_get_state (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/gangway/Gangway/gw-tab.ui");
  gtk_widget_class_bind_template_child (widget_class, GwTab, toasts);
  gtk_widget_class_bind_template_child (widget_class, GwTab, find_bar);
  gtk_widget_class_bind_template_child (widget_class, GwTab, scrolled);
  gtk_widget_class_bind_template_child (widget_class, GwTab, terminal);
  gtk_widget_class_bind_template_child (widget_class, GwTab, cover);
  gtk_widget_class_bind_template_child (widget_class, GwTab, edge);
  gtk_widget_class_bind_template_child (widget_class, GwTab, page_bin);
  gtk_widget_class_bind_template_child (widget_class, GwTab, end_bar);
  gtk_widget_class_bind_template_child (widget_class, GwTab, end_label);
  gtk_widget_class_bind_template_child (widget_class, GwTab, menu);
  gtk_widget_class_bind_template_callback (widget_class, on_size_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_paste);
  gtk_widget_class_bind_template_callback (widget_class, on_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_title_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_notice);
  gtk_widget_class_bind_template_callback (widget_class, on_bell);
  gtk_widget_class_bind_template_callback (widget_class, on_find_closed);
}

static void
gw_tab_class_init (GwTabClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = gw_tab_dispose;
  object_class->finalize = gw_tab_finalize;
  object_class->get_property = gw_tab_get_property;
  GTK_WIDGET_CLASS (klass)->grab_focus = gw_tab_grab_focus;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  props[PROP_NEEDS_ATTENTION] = g_param_spec_boolean ("needs-attention", NULL, NULL, FALSE, flags);
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, GW_SESSION_STATE_CLOSED, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_EDIT_LOGIN] = g_signal_new ("edit-login", GW_TYPE_TAB, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 2, GW_TYPE_LOGIN,
                                             G_TYPE_STRING);

  g_type_ensure (GW_TYPE_TERMINAL);
  g_type_ensure (GW_TYPE_FIND_BAR);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
gw_tab_init (GwTab *self)
{
  GtkEventController *keys;

  gw_tab_init_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gw_find_bar_set_terminal (self->find_bar, VTE_TERMINAL (self->terminal));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->terminal), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Terminal"), -1);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->terminal), keys);
}

GwTab *
gw_tab_new (GwLogin         *login,
            GwSavedLogins   *logins,
            GwCloudAccounts *accounts,
            GSettings       *settings)
{
  GwTab *self;

  g_return_val_if_fail (GW_IS_LOGIN (login), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (GW_TYPE_TAB, NULL);
  g_set_object (&self->logins, logins);
  g_set_object (&self->accounts, accounts);
  g_set_object (&self->settings, settings);
  gw_terminal_set_settings (self->terminal, settings);
  gw_tab_connect (self, login);
  return self;
}

GwLogin *
gw_tab_get_login (GwTab *self)
{
  g_return_val_if_fail (GW_IS_TAB (self), NULL);

  return self->login;
}

void
gw_tab_connect (GwTab   *self,
                GwLogin *login)
{
  g_return_if_fail (GW_IS_TAB (self));
  g_return_if_fail (GW_IS_LOGIN (login));

  drop_session (self);
  g_set_object (&self->login, login);
  separate (self);
  update_title (self);
  open_session (self);
}

GwSessionState
gw_tab_get_state (GwTab *self)
{
  g_return_val_if_fail (GW_IS_TAB (self), GW_SESSION_STATE_CLOSED);

  return self->session != NULL ? gw_session_get_state (self->session) : GW_SESSION_STATE_CLOSED;
}

GwSession *
gw_tab_get_session (GwTab *self)
{
  g_return_val_if_fail (GW_IS_TAB (self), NULL);

  return self->session;
}

gboolean
gw_tab_is_connected (GwTab *self)
{
  g_return_val_if_fail (GW_IS_TAB (self), FALSE);

  return gw_tab_get_state (self) == GW_SESSION_STATE_CONNECTED;
}

void
gw_tab_close (GwTab *self)
{
  g_return_if_fail (GW_IS_TAB (self));

  drop_session (self);
}

void
gw_tab_clear_attention (GwTab *self)
{
  g_return_if_fail (GW_IS_TAB (self));

  set_attention (self, FALSE);
}

char *
gw_tab_dump_text (GwTab *self)
{
  g_return_val_if_fail (GW_IS_TAB (self), NULL);

  return gw_terminal_dump_text (self->terminal);
}
