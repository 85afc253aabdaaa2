/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-account-offers.h"

#include "config.h"
#include "gw-cli-profiles.h"
#include "gw-text.h"

#include <glib/gi18n.h>

/* A file with many profiles is for the dialog, which lists them all. */
#define MAX_PROFILES 3
#define MAX_NAME 100
#define MAX_LINE 300

static void
add_button (GtkBox     *box,
            const char *label,
            const char *action,
            const char *profile)
{
  GtkWidget *text = gtk_label_new (label);
  GtkWidget *button = gtk_button_new ();

  /* No wider than the sidebar, whatever a profile is called. */
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_MIDDLE);
  gtk_button_set_child (GTK_BUTTON (button), text);
  gtk_widget_add_css_class (button, "pill");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  if (profile != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", profile);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (box, button);
}

static void
add_line (GtkBox     *box,
          const char *text)
{
  g_autofree char *clean = gw_text_clean_line (text, MAX_LINE);
  GtkWidget *label = gtk_label_new (clean);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (box, label);
}

static gboolean
is_usable (const GwCliProfile *profile)
{
  return profile->is_complete && profile->mode != GW_CLI_UNSUPPORTED;
}

static void
add_profiles (GtkBox     *box,
              GPtrArray  *profiles,
              gboolean    current,
              const char *action,
              guint      *n)
{
  for (guint i = 0; i < profiles->len && *n < MAX_PROFILES; i++)
    {
      const GwCliProfile *profile = profiles->pdata[i];
      g_autofree char *name = gw_text_clean_line (profile->name, MAX_NAME);
      /* Translators: a profile of the aliyun command line tool. */
      g_autofree char *label = g_strdup_printf (_("Use Profile “%s”"), name);

      if (profile->is_current != current || !is_usable (profile))
        continue;
      add_button (box, label, action, profile->name);
      (*n)++;
    }
}

static void
add_unsupported (GtkBox    *box,
                 GPtrArray *profiles)
{
  for (guint i = 0, n = 0; i < profiles->len && n < MAX_PROFILES; i++)
    {
      const GwCliProfile *profile = profiles->pdata[i];
      g_autofree char *line = NULL;

      if (profile->mode != GW_CLI_UNSUPPORTED)
        continue;
      /* Translators: name of a profile of the aliyun command line tool, and its mode (OIDC). */
      line = g_strdup_printf (_("Profile “%s”: %s is not supported"), profile->name,
                              profile->mode_word);
      add_line (box, line);
      n++;
    }
}

void
gw_account_offers_fill (GtkBox     *box,
                        GtkWidget  *after,
                        const char *use_profile,
                        const char *use_environment)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) profiles = gw_cli_profiles_load (NULL, &error);
  GtkWidget *child;
  guint n = 0;

  g_return_if_fail (GTK_IS_BOX (box));

  while ((child = after != NULL ? gtk_widget_get_next_sibling (after)
                                : gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  if (profiles != NULL)
    {
      add_profiles (box, profiles, TRUE, use_profile, &n);
      add_profiles (box, profiles, FALSE, use_profile, &n);
    }
  if (gw_environment_has_key ())
    add_button (box, _("Use Environment Variables"), use_environment, NULL);
  if (profiles != NULL)
    add_unsupported (box, profiles);
  else
    {
      g_autofree char *line = NULL;

      /* Translators: what is wrong with the file follows. */
      line = g_strdup_printf (_("The profiles of the aliyun CLI cannot be read: %s"),
                              error->message);
      add_line (box, line);
    }
  gtk_widget_set_visible (GTK_WIDGET (box), gtk_widget_get_first_child (GTK_WIDGET (box)) != NULL);
}
