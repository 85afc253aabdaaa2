/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-tab-private.h"

#include "gw-diagnosis.h"
#include "gw-failure-page.h"
#include "gw-host-key-page.h"
#include "gw-progress-page.h"
#include "gw-prompt-page.h"
#include "gw-reach-box.h"

#include "config.h"

#include <glib/gi18n.h>

/* Long enough to be read after the shell has caught the eye. */
#define NOTICE_SECONDS 20

/* Whether the focus is the tab's to move: a person who types elsewhere is left alone. */
static gboolean
owns_focus (GwTab *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return gtk_widget_get_mapped (GTK_WIDGET (self))
         && (focus == NULL || focus == GTK_WIDGET (self)
             || gtk_widget_is_ancestor (focus, GTK_WIDGET (self)));
}

gboolean
gw_tab_grab_default_focus (GwTab *self)
{
  GtkWidget *page = adw_bin_get_child (self->page_bin);

  return gtk_widget_grab_focus (page != NULL ? page : GTK_WIDGET (self->terminal));
}

/* Text stays to be seen above the page. */
void
gw_tab_place_cover (GwTab *self)
{
  gtk_widget_set_valign (self->cover, self->has_text ? GTK_ALIGN_END : GTK_ALIGN_FILL);
  gtk_widget_set_visible (self->edge, self->has_text);
}

void
gw_tab_show_page (GwTab     *self,
                  GwTabPage  page,
                  GtkWidget *widget)
{
  gboolean focus = owns_focus (self);

  g_return_if_fail (GW_IS_TAB (self));
  g_return_if_fail ((page == GW_TAB_PAGE_NONE) == (widget == NULL));

  self->page = page;
  self->prompt = NULL;
  adw_bin_set_child (self->page_bin, widget);
  /* While something is asked, no letter may reach the terminal. */
  gtk_widget_set_can_focus (self->scrolled, widget == NULL);
  gtk_widget_set_visible (self->cover, widget != NULL);
  gw_tab_place_cover (self);
  if (focus)
    gw_tab_grab_default_focus (self);
}

/* @seconds 0: as long as toasts are shown elsewhere. */
static void
add_toast (GwTab      *self,
           const char *message,
           guint       seconds)
{
  g_autofree char *markup = g_markup_escape_text (message, -1);
  AdwToast *toast = adw_toast_new (markup);

  if (seconds > 0)
    adw_toast_set_timeout (toast, seconds);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
gw_tab_show_notice (GwTab      *self,
                    const char *message)
{
  add_toast (self, message, NOTICE_SECONDS);
}

static void
on_host_key_notice (GwHostKeyPage *page,
                    const char    *message,
                    GwTab         *self)
{
  g_autofree char *text = NULL;

  g_assert (GW_IS_TAB (self));

  /* Translators: %s is the reason, as “No space left on device”. */
  text = g_strdup_printf (_("Trusted for this session only, the host key could not be stored: %s"),
                          message);
  gw_tab_show_notice (self, text);
}

static void
show_prompt (GwTab    *self,
             GwPrompt *prompt)
{
  g_autofree char *target = gw_login_describe (self->login);
  GtkWidget *page;

  /* Not anew: something may have been typed. */
  if (self->prompt == prompt)
    return;
  switch (gw_prompt_get_kind (prompt))
    {
    case GW_PROMPT_HOST_KEY_UNKNOWN:
    case GW_PROMPT_HOST_KEY_CHANGED:
      page = gw_host_key_page_new (prompt);
      g_signal_connect_object (page, "notice", G_CALLBACK (on_host_key_notice), self, 0);
      break;
    case GW_PROMPT_PASSWORD:
    case GW_PROMPT_PASSPHRASE:
    case GW_PROMPT_INTERACTIVE:
    case GW_PROMPT_KEY:
    default:
      page = gw_prompt_page_new (prompt, target);
      break;
    }
  gw_tab_show_page (self, GW_TAB_PAGE_PROMPT, page);
  self->prompt = prompt;
}

/* What the connection does; where it waits for its key, that. */
static const char *
get_phase_title (GwTab *self)
{
  GwKeyDelivery *delivery = gw_session_get_delivery (self->session);
  GwPhase phase = gw_session_get_phase (self->session);

  if (delivery != NULL && phase == GW_PHASE_NEW)
    return NULL;
  if (delivery != NULL && phase == GW_PHASE_AUTHENTICATION)
    return _("Connected, waiting for the key");
  return gw_phase_title (phase);
}

static void
show_progress (GwTab *self)
{
  GwKeyDelivery *delivery = gw_session_get_delivery (self->session);
  GwProgressPage *page;

  if (self->page != GW_TAB_PAGE_PROGRESS)
    {
      g_autofree char *target = gw_login_describe (self->login);

      gw_tab_show_page (self, GW_TAB_PAGE_PROGRESS, gw_progress_page_new (target));
    }
  page = GW_PROGRESS_PAGE (adw_bin_get_child (self->page_bin));
  if (delivery != NULL)
    gw_progress_page_set_delivery (page, delivery);
  gw_progress_page_set_phase (page, get_phase_title (self));
}

static void
on_failure_notice (GwFailurePage *page,
                   const char    *message,
                   GwTab         *self)
{
  g_assert (GW_IS_TAB (self));

  add_toast (self, message, 0);
}

static void
on_admitted (GwReachBox *box,
             GwTab      *self)
{
  g_assert (GW_IS_TAB (self));

  gw_tab_reconnect (self);
}

/* Silence at the port of an instance whose security groups can be asked: they may be in the way. A
 * refusal proves that they are not. */
static gboolean
may_be_blocked (GwTab *self)
{
  GwInstance *instance = gw_login_get_instance (self->login);
  const GError *error = gw_session_get_error (self->session);

  return self->accounts != NULL && instance != NULL
         && g_error_matches (error, GW_ERROR, GW_ERROR_TIMED_OUT)
         && gw_session_get_phase (self->session) == GW_PHASE_CONNECT
         && gw_cloud_accounts_find_source (self->accounts, instance) != NULL;
}

/* Not of the network or the host key: a step that was under way beside them has not failed by
 * itself. */
static gboolean
is_of_delivery (const GError *error)
{
  return error != NULL && (error->domain != GW_ERROR || error->code >= GW_ERROR_AUTH_REFUSED);
}

static GtkWidget *
make_failure_page (GwTab             *self,
                   const GwDiagnosis *diagnosis)
{
  GtkWidget *widget = gw_failure_page_new (diagnosis);
  GwFailurePage *page = GW_FAILURE_PAGE (widget);
  GwInstance *instance = gw_login_get_instance (self->login);
  GwKeyDelivery *delivery = gw_session_get_delivery (self->session);
  g_autofree char *uri = NULL;

  g_signal_connect_object (page, "notice", G_CALLBACK (on_failure_notice), self, 0);
  if (self->accounts != NULL && instance != NULL)
    uri = gw_cloud_workbench_uri (instance);
  if (uri != NULL)
    gw_failure_page_set_way_out (page, uri);
  if (delivery != NULL && is_of_delivery (gw_session_get_error (self->session)))
    gw_failure_page_set_delivery (page, delivery);
  if (may_be_blocked (self))
    {
      GtkWidget *box = gw_reach_box_new (self->accounts, self->settings, instance,
                                         gw_login_get_connection (self->login),
                                         gw_login_get_port (self->login));

      g_signal_connect_object (box, "admitted", G_CALLBACK (on_admitted), self, 0);
      gw_failure_page_set_help (page, box);
    }
  return widget;
}

static void
show_end (GwTab *self)
{
  g_autoptr (GwDiagnosis) diagnosis = gw_diagnosis_new (self->session);

  self->ended_at = g_get_monotonic_time ();
  if (gw_session_get_end (self->session) == GW_SESSION_END_NONE)
    {
      gw_tab_show_page (self, GW_TAB_PAGE_FAILURE, make_failure_page (self, diagnosis));
      return;
    }
  if (diagnosis->what != NULL && *diagnosis->what != '\0')
    {
      /* Translators: how a session ended, then the details, as “Session Ended – Exit status 0”. */
      g_autofree char *text = g_strdup_printf (_("%s – %s"), diagnosis->title, diagnosis->what);

      gtk_label_set_label (self->end_label, text);
    }
  else
    gtk_label_set_label (self->end_label, diagnosis->title);
  gw_tab_show_page (self, GW_TAB_PAGE_NONE, NULL);
}

void
gw_tab_clear_secrets (GwTab *self)
{
  GtkWidget *page;

  g_return_if_fail (GW_IS_TAB (self));

  page = adw_bin_get_child (self->page_bin);
  if (GW_IS_PROMPT_PAGE (page))
    gw_prompt_page_clear (GW_PROMPT_PAGE (page));
}

void
gw_tab_update_pages (GwTab *self)
{
  GwSessionState state = gw_session_get_state (self->session);
  GwPrompt *prompt = gw_session_get_prompt (self->session);

  vte_terminal_set_input_enabled (VTE_TERMINAL (self->terminal),
                                  state == GW_SESSION_STATE_CONNECTED);
  gtk_widget_set_visible (self->end_bar, state == GW_SESSION_STATE_CLOSED
                                           && gw_session_get_end (self->session)
                                                != GW_SESSION_END_NONE);
  switch (state)
    {
    case GW_SESSION_STATE_NEW:
    case GW_SESSION_STATE_CONNECTING:
    case GW_SESSION_STATE_CHECKING_HOST_KEY:
    case GW_SESSION_STATE_LOGGING_IN:
      /* That it waits for a key is no question for a person. */
      if (prompt != NULL && gw_prompt_get_kind (prompt) != GW_PROMPT_KEY)
        show_prompt (self, prompt);
      else
        show_progress (self);
      break;
    case GW_SESSION_STATE_CONNECTED:
      if (self->page != GW_TAB_PAGE_PASTE)
        gw_tab_show_page (self, GW_TAB_PAGE_NONE, NULL);
      break;
    case GW_SESSION_STATE_CLOSED:
      show_end (self);
      break;
    default:
      g_assert_not_reached ();
    }
}
