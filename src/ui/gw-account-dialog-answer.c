/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-account-dialog-private.h"

#include "config.h"

#include <glib/gi18n.h>

#include "gw-cloud-error.h"

typedef enum {
  GOOD,
  DOUBTFUL,
  BAD,
} Verdict;

static void
say (GwAccountDialog *self,
     Verdict          verdict,
     const char      *text)
{
  static const char *const classes[] = { "success", "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->message), classes[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self->message), classes[verdict]);
  gtk_label_set_text (self->message, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->message), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->message), TRUE);
}

/* (transfer full) (nullable) @request */
static void
set_request (GwAccountDialog *self,
             char            *request)
{
  g_free (self->request);
  self->request = request;
  gtk_widget_set_visible (self->request_button, request != NULL);
}

void
gw_account_dialog_say_nothing (GwAccountDialog *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
  gtk_widget_set_visible (self->anyway_button, FALSE);
  gtk_label_set_text (self->message, "");
  set_request (self, NULL);
}

/* The code and the number under which the cloud's support finds the call. */
static void
append_details (GString      *text,
                const GError *error)
{
  const GwCloudErrorDetails *details = gw_cloud_error_get_details (error);

  if (details == NULL)
    return;
  if (details->code != NULL)
    g_string_append_printf (text, "\n%s", details->code);
  if (details->request_id != NULL)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, _("RequestId %s"), details->request_id);
    }
}

static gboolean
is_unreached (const GError *error)
{
  return g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NETWORK)
         || g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_TIMED_OUT);
}

void
gw_account_dialog_say_error (GwAccountDialog *self,
                             GwAccount       *account,
                             const GError    *error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *request = NULL;

  if (g_error_matches (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_DENIED))
    {
      g_autoptr (GPtrArray) refusals
        = g_ptr_array_new_with_free_func ((GDestroyNotify) gw_refusal_free);
      g_autofree char *line = NULL;

      gw_refusal_collect (refusals, error);
      line = gw_refusal_describe (refusals, 1);
      g_string_append (text, line);
      request = gw_refusal_dup_request (refusals, account);
    }
  else
    g_string_append (text, error->message);
  append_details (text, error);
  set_request (self, request);
  say (self, BAD, text->str);
  /* What is typed may well be right where nobody could be asked. */
  gtk_widget_set_visible (self->anyway_button, is_unreached (error));
}

/* Whose the AccessKey is, and what it sees. Free with g_free(). */
static char *
describe_verified (GwVerified *verified)
{
  const char *id = verified->account_id, *user = verified->user;
  guint n = verified->n_regions;

  if (id != NULL && user != NULL && n > 0)
    /* Translators: number of an account of the cloud, name of its user, how many regions it has. */
    return g_strdup_printf (ngettext ("Account %s, user %s: %u region",
                                      "Account %s, user %s: %u regions", n), id, user, n);
  if (id != NULL && user != NULL)
    /* Translators: number of an account of the cloud, name of its user. */
    return g_strdup_printf (_("Account %s, user %s"), id, user);
  if (id != NULL && n > 0)
    /* Translators: number of an account of the cloud, how many regions it has. */
    return g_strdup_printf (ngettext ("Account %s: %u region", "Account %s: %u regions", n), id, n);
  if (id != NULL)
    /* Translators: number of an account of the cloud. */
    return g_strdup_printf (_("Account %s"), id);
  if (n > 0)
    /* Translators: how many regions the account has. */
    return g_strdup_printf (ngettext ("The AccessKey works: %u region",
                                      "The AccessKey works: %u regions", n), n);
  return g_strdup (_("The AccessKey works"));
}

void
gw_account_dialog_say_verified (GwAccountDialog *self,
                                GwAccount       *account,
                                GwVerified      *verified)
{
  g_autofree char *who = describe_verified (verified);
  g_autoptr (GString) text = g_string_new (who);
  gboolean is_whole = verified->refusals == NULL || verified->refusals->len == 0;

  if (!is_whole)
    {
      g_autofree char *line = gw_refusal_describe (verified->refusals, 1);

      g_string_append_printf (text, "\n%s", line);
    }
  set_request (self, is_whole ? NULL : gw_refusal_dup_request (verified->refusals, account));
  gtk_widget_set_visible (self->anyway_button, FALSE);
  say (self, is_whole ? GOOD : DOUBTFUL, text->str);
}
