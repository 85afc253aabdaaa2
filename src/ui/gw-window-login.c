/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-window-private.h"

#include "config.h"
#include "gw-confirm.h"
#include "gw-login-dialog.h"

#include <glib/gi18n.h>

/* What is to happen with an instance that is not known to run. */
typedef void (*Proceed) (GwWindow *self,
                         GObject  *what);

typedef struct {
  Proceed  proceed;
  GObject *what; /* GwInstance or GwLogin */
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->what);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* Free with g_free(). */
static char *
format_age (gint64 time)
{
  gint64 seconds = g_get_real_time () / G_USEC_PER_SEC - time;
  guint minutes = (guint) CLAMP (seconds / 60, 0, G_MAXINT);

  if (time == 0)
    return g_strdup (_("at an unknown time"));
  if (minutes < 1)
    return g_strdup (_("less than a minute ago"));
  if (minutes < 60)
    return g_strdup_printf (ngettext ("%u minute ago", "%u minutes ago", minutes), minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (ngettext ("%u hour ago", "%u hours ago", minutes / 60), minutes / 60);
  return g_strdup_printf (ngettext ("%u day ago", "%u days ago", minutes / (24 * 60)),
                          minutes / (24 * 60));
}

static void
on_anyway_answered (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (Question) question = user_data;

  if (gw_confirm_ask_finish (result, NULL))
    question->proceed (GW_WINDOW (source), question->what);
}

/* Goes on at once where @instance runs or nobody knows; asks where its state is old; refuses where
 * its source could say otherwise. */
static void
check_state (GwWindow   *self,
             GwInstance *instance,
             Proceed     proceed,
             gpointer    what)
{
  GwInstanceStatus status;
  GwSource *source = NULL;
  Question *question;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  g_autofree char *age = NULL;

  status = instance != NULL ? gw_instance_get_status (instance) : GW_INSTANCE_STATUS_UNKNOWN;
  if (status == GW_INSTANCE_STATUS_UNKNOWN || status == GW_INSTANCE_STATUS_RUNNING)
    {
      proceed (self, what);
      return;
    }

  /* Translators: the argument is the name of an instance */
  heading = g_strdup_printf (_("“%s” Is Not Running"), gw_instance_get_title (instance));
  gw_catalogue_lookup (self->catalogue, gw_instance_get_id (instance), &source);
  if (source != NULL && !gw_source_is_editable (source))
    {
      /* Translators: the argument is a state, such as Stopped */
      body = g_strdup_printf (_("Its state is “%s”. Only a running instance can be logged in to."),
                              gw_instance_status_title (status));
      gw_confirm_tell (GTK_WINDOW (self), heading, body);
      return;
    }

  age = format_age (gw_instance_get_status_time (instance));
  /* Translators: a state, such as Stopped, and “3 days ago” */
  body = g_strdup_printf (_("Its state was “%s” when it was last known, %s. "
                            "It comes from a file and cannot be asked for again."),
                          gw_instance_status_title (status), age);
  question = g_new0 (Question, 1);
  question->proceed = proceed;
  question->what = g_object_ref (what);
  gw_confirm_ask_async (GTK_WINDOW (self), heading, body, _("Connect Anyway"),
                        GW_CONFIRM_SUGGESTED, self->cancellable, on_anyway_answered, question);
}

static void
add_tab (GwWindow *self,
         GObject  *what)
{
  gw_window_add_tab (self, GW_LOGIN (what));
}

static void
on_login (GwLoginDialog *dialog,
          GwLogin       *login,
          GwWindow      *self)
{
  GwInstance *instance = gw_login_get_instance (login);

  g_assert (GW_IS_WINDOW (self));

  /* The one that the dialog was opened for has been asked about already. */
  if (instance == g_object_get_data (G_OBJECT (dialog), "gw-instance"))
    gw_window_add_tab (self, login);
  else
    check_state (self, instance, add_tab, login);
}

static GwLoginDialog *
make_dialog (GwWindow *self)
{
  return gw_login_dialog_new (GTK_WINDOW (self), self->catalogue, self->history, self->settings);
}

static void
open_dialog (GwWindow *self,
             GObject  *what)
{
  GwLoginDialog *dialog = make_dialog (self);

  gw_login_dialog_set_instance (dialog, GW_INSTANCE (what));
  g_object_set_data_full (G_OBJECT (dialog), "gw-instance", g_object_ref (what), g_object_unref);
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
gw_window_open_instance (GwWindow   *self,
                         GwInstance *instance)
{
  check_state (self, instance, open_dialog, instance);
}

void
gw_window_open_endpoint (GwWindow   *self,
                         GwEndpoint *endpoint)
{
  GwLoginDialog *dialog;

  g_return_if_fail (GW_IS_WINDOW (self));
  g_return_if_fail (endpoint != NULL);

  dialog = make_dialog (self);
  gw_login_dialog_set_endpoint (dialog, endpoint->user, endpoint->host, endpoint->port);
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_login_again (GwLoginDialog *dialog,
                GwLogin       *login,
                GwTab         *tab)
{
  g_assert (GW_IS_TAB (tab));

  gw_tab_connect (tab, login);
  gtk_widget_grab_focus (GTK_WIDGET (tab));
}

void
gw_window_edit_login (GwWindow *self,
                      GwTab    *tab,
                      GwLogin  *login)
{
  GwLoginDialog *dialog = make_dialog (self);

  gw_login_dialog_set_login (dialog, login);
  /* If the tab is closed meanwhile there is nothing left to connect in. */
  g_signal_connect_object (dialog, "login", G_CALLBACK (on_login_again), tab, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
