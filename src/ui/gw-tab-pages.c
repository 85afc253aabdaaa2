/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-tab-private.h"

#include "gw-diagnosis.h"
#include "gw-failure-page.h"
#include "gw-host-key-page.h"
#include "gw-progress-page.h"
#include "gw-prompt-page.h"

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

void
gw_tab_show_notice (GwTab      *self,
                    const char *message)
{
  g_autofree char *markup = g_markup_escape_text (message, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_timeout (toast, NOTICE_SECONDS);
  adw_toast_overlay_add_toast (self->toasts, toast);
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

static void
show_progress (GwTab *self)
{
  if (self->page != GW_TAB_PAGE_PROGRESS)
    {
      g_autofree char *target = gw_login_describe (self->login);

      gw_tab_show_page (self, GW_TAB_PAGE_PROGRESS, gw_progress_page_new (target));
    }
  gw_progress_page_set_phase (GW_PROGRESS_PAGE (adw_bin_get_child (self->page_bin)),
                              gw_phase_title (gw_session_get_phase (self->session)));
}

static void
show_end (GwTab *self)
{
  g_autoptr (GwDiagnosis) diagnosis = gw_diagnosis_new (self->session);

  self->ended_at = g_get_monotonic_time ();
  if (gw_session_get_end (self->session) == GW_SESSION_END_NONE)
    {
      gw_tab_show_page (self, GW_TAB_PAGE_FAILURE, gw_failure_page_new (diagnosis));
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
      if (prompt != NULL)
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
