/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-reach-dialog-private.h"

#include "config.h"

#include "gw-address.h"
#include "gw-egress.h"
#include "gw-endpoint.h"
#include "gw-field-errors.h"

#include <glib/gi18n.h>

/* From the fields to the rule: judged and shown with every letter, sent by Add Rule. */

/* Of the API. */
#define MAX_DESCRIPTION 512

/* Such a prefix, or a shorter one, admits more computers than an office or a provider’s
 * customers. */
#define WIDE_IPV4 16
#define WIDE_IPV6 32
/* A shorter one admits a large part of the internet: that needs a second step. */
#define HUGE_IPV4 8
#define HUGE_IPV6 16

/* Free with g_free(). */
static char *
dup_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

void
gw_reach_dialog_fill_groups (GwReachDialog *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint n;

  g_clear_pointer (&self->groups, g_ptr_array_unref);
  self->groups = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < self->reach->groups->len; i++)
    {
      const GwSecurityGroup *group = self->reach->groups->pdata[i];
      g_autofree char *title = NULL;

      if (group->is_managed)
        continue;
      /* Translators: name and id of a security group. */
      title = *group->name != '\0' ? g_strdup_printf (_("%s (%s)"), group->name, group->id)
                                   : g_strdup (group->id);
      gtk_string_list_append (titles, title);
      g_ptr_array_add (self->groups, g_strdup (group->id));
    }
  n = self->groups->len;
  gtk_widget_set_sensitive (GTK_WIDGET (self->group_row), n > 0);
  adw_combo_row_set_model (self->group_row, G_LIST_MODEL (titles));
}

static gboolean
is_everybody (GInetAddressMask *range)
{
  return range != NULL && g_inet_address_mask_get_length (range) == 0;
}

static gboolean
is_ipv6 (GInetAddressMask *range)
{
  return g_inet_address_mask_get_family (range) == G_SOCKET_FAMILY_IPV6;
}

/* Whether it is admitted only where the person says so once more. */
static gboolean
is_huge (GInetAddressMask *range)
{
  return range != NULL
         && g_inet_address_mask_get_length (range) < (is_ipv6 (range) ? HUGE_IPV6 : HUGE_IPV4);
}

static gboolean
is_wide (GInetAddressMask *range)
{
  return range != NULL && !is_huge (range)
         && g_inet_address_mask_get_length (range) <= (is_ipv6 (range) ? WIDE_IPV6 : WIDE_IPV4);
}

static gboolean
is_single (GInetAddressMask *range)
{
  GInetAddress *address = g_inet_address_mask_get_address (range);

  return g_inet_address_mask_get_length (range) == 8 * g_inet_address_get_native_size (address);
}

/* The essence of it, where it is seen at once. */
static void
show_sentence (GwReachDialog    *self,
               GInetAddressMask *range,
               guint             port)
{
  g_autofree char *text = NULL;

  if (self->parameters != NULL)
    {
      g_autofree char *from = gw_address_range_to_string (range);
      const char *group = gtk_string_object_get_string (
        GTK_STRING_OBJECT (adw_combo_row_get_selected_item (self->group_row)));

      /* Translators: a port, a range of addresses, and the name and id of a security group. */
      text = g_strdup_printf (_("Accept TCP %u from %s into %s"), port, from, group);
    }
  gtk_label_set_text (self->sentence,
                      text != NULL ? text : _("Nothing: a field is empty or wrong."));
  gtk_widget_set_visible (self->sentence_row,
                          self->reach != NULL && gw_reach_can_admit (self->reach));
}

static void
show_parameters (GwReachDialog *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->parameters == NULL)
    g_string_append (text, _("Nothing: a field above is empty or wrong."));
  else
    g_string_append (text, "AuthorizeSecurityGroup");
  for (guint i = 0; self->parameters != NULL && self->parameters[i] != NULL
                    && self->parameters[i + 1] != NULL; i += 2)
    g_string_append_printf (text, "\n%s = %s", self->parameters[i], self->parameters[i + 1]);
  gtk_label_set_text (self->sent_label, text->str);
}

static const char *
get_group (GwReachDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->group_row);

  if (self->groups == NULL || selected >= self->groups->len)
    return NULL;
  return self->groups->pdata[selected];
}

static gboolean
check_description (GwReachDialog  *self,
                   char          **description,
                   const char    **problem)
{
  *description = dup_text (self->description_row);
  *problem = NULL;
  if (**description == '\0')
    *problem = _("Say what the rule is for.");
  else if (g_utf8_strlen (*description, -1) > MAX_DESCRIPTION)
    *problem = _("This description is too long.");
  return *problem == NULL;
}

/* Nothing may be left of it once it is cleaned: “https://”. */
static gboolean
has_description (GwReachDialog *self)
{
  for (guint i = 0; self->parameters[i] != NULL && self->parameters[i + 1] != NULL; i += 2)
    if (g_str_equal (self->parameters[i], "Permissions.1.Description"))
      return TRUE;
  return FALSE;
}

/* Consent to one rule is none to another. */
static void
show_width (GwReachDialog    *self,
            GInetAddressMask *range,
            guint             port)
{
  const char *group = get_group (self);
  g_autofree char *text = range != NULL ? gw_address_range_to_string (range) : NULL;
  g_autofree char *asked = is_huge (range)
                             ? g_strdup_printf ("%s %u %s", text, port, group != NULL ? group : "")
                             : NULL;

  if (g_strcmp0 (asked, self->consented) != 0)
    {
      gw_field_error_set (GTK_WIDGET (self->everybody_row), NULL);
      gtk_check_button_set_active (self->everybody_check, FALSE);
      g_free (self->consented);
      self->consented = g_steal_pointer (&asked);
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->everybody_row),
                                 is_everybody (range) ? _("Let Everybody In")
                                                      : _("Let a Large Part of the Internet In"));
  adw_action_row_set_subtitle (self->everybody_row,
                               is_everybody (range)
                                 ? _("This admits every computer on the internet to this port. "
                                     "Whoever guesses a password or finds a flaw in the server "
                                     "gets in.")
                                 : _("This admits millions of computers to this port. Whoever "
                                     "guesses a password or finds a flaw in the server gets in."));
  gtk_widget_set_visible (GTK_WIDGET (self->everybody_row), is_huge (range));
  gtk_widget_set_visible (self->wide_row, is_wide (range));
}

/* Why nobody whom the rule is for comes from @range; %NULL: it may be. Free with g_free(). */
static char *
find_objection (GwReachDialog    *self,
                GInetAddressMask *range)
{
  g_autoptr (GError) error = NULL;

  if (!gw_reach_dialog_has_family (self, g_inet_address_mask_get_family (range)))
    return g_strdup (_("The instance is reached by an address of the other family: IPv4 and IPv6 "
                       "do not mix."));
  if (is_huge (range) || !gw_reach_dialog_is_public (self)
      || gw_egress_check_address (NULL, g_inet_address_mask_get_address (range), &error))
    return NULL;
  return g_strdup (error->message);
}

void
gw_reach_dialog_update (GwReachDialog *self)
{
  g_autofree char *address = dup_text (self->address_row);
  g_autofree char *port_text = dup_text (self->port_row);
  g_autofree char *description = NULL;
  g_autoptr (GInetAddressMask) range = gw_address_parse_range (address, NULL);
  g_autofree char *objection = range != NULL ? find_objection (self, range) : NULL;
  const char *problem;
  guint16 port = 0;
  gboolean valid;

  g_assert (GW_IS_REACH_DIALOG (self));

  /* What is half typed is no error yet. */
  gw_field_error_set (GTK_WIDGET (self->address_row), objection);
  gw_field_error_set (GTK_WIDGET (self->port_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->description_row), NULL);
  g_clear_pointer (&self->parameters, g_strfreev);
  valid = gw_port_parse (port_text, &port, NULL)
          && check_description (self, &description, &problem);
  show_width (self, range, port);
  if (self->reach != NULL && (range != NULL || *address == '\0'))
    {
      GwMyAddress unknown = { 0 };

      gw_reach_judge (self->reach, self->instance, range != NULL ? self->mine : &unknown, range,
                      port);
    }
  if (self->reach != NULL && range != NULL && objection == NULL && valid
      && get_group (self) != NULL)
    self->parameters = gw_reach_make_rule (self->reach, self->instance, get_group (self), range,
                                           description);
  if (self->parameters != NULL && !has_description (self))
    g_clear_pointer (&self->parameters, g_strfreev);
  show_sentence (self, range, port);
  show_parameters (self);
  gw_reach_dialog_show (self);
}

/* Shows what is wrong with @row; the first one gets the focus. */
static void
show_problem (GtkWidget  *row,
              const char *problem,
              gboolean   *good)
{
  gw_field_error_set (row, problem);
  if (*good && !gtk_widget_grab_focus (row))
    gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
  *good = FALSE;
}

static void
check_address (GwReachDialog *self,
               gboolean      *good)
{
  g_autofree char *text = dup_text (self->address_row);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddressMask) range = gw_address_parse_range (text, &error);
  g_autofree char *objection = range != NULL ? find_objection (self, range) : NULL;
  const char *problem = objection;

  if (*text == '\0')
    problem = _("Enter the address that you come from.");
  else if (range == NULL)
    problem = error->message;
  if (problem != NULL)
    show_problem (GTK_WIDGET (self->address_row), problem, good);
  else if (is_huge (range) && !gtk_check_button_get_active (self->everybody_check))
    show_problem (GTK_WIDGET (self->everybody_row),
                  is_everybody (range)
                    ? _("Choose “Let Everybody In” if you really mean this.")
                    : _("Choose “Let a Large Part of the Internet In” if you really mean this."),
                  good);
}

/* What is typed for public destinations: the next dialog has it. */
static void
remember_address (GwReachDialog *self)
{
  g_autofree char *text = dup_text (self->address_row);
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddressMask) range = gw_address_parse_range (text, NULL);

  if (range == NULL || !is_single (range) || !gw_reach_dialog_is_public (self))
    return;
  address = g_inet_address_to_string (g_inet_address_mask_get_address (range));
  if (g_strcmp0 (address, self->mine->address) == 0)
    return;
  if (!gw_my_address_remember (self->settings, address, GW_MY_ADDRESS_TYPED,
                               g_get_real_time () / G_USEC_PER_SEC, &error))
    {
      g_debug ("%s", error->message);
      return;
    }
  g_clear_pointer (&self->mine, gw_my_address_free);
  self->mine = gw_my_address_find (self->settings, self->connection);
  gw_reach_dialog_update_origin (self);
}

static void
on_added (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean added = gw_reach_admit_finish (GW_CLOUD_ACCOUNTS (source), result, &error);

  /* Given up, maybe with the dialog. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (added)
    {
      gw_reach_dialog_end (GW_REACH_DIALOG (user_data));
      return;
    }
  gw_reach_dialog_set_state (GW_REACH_DIALOG (user_data), GW_REACH_DIALOG_READY);
  gw_reach_dialog_say_error (GW_REACH_DIALOG (user_data), error);
}

/* What is shown is what is sent, and again after a failure: the same ClientToken, so that there are
 * never two rules. */
void
gw_reach_dialog_add (GwReachDialog *self)
{
  g_autofree char *port_text = dup_text (self->port_row);
  g_autofree char *description = NULL;
  g_autoptr (GError) error = NULL;
  const char *problem;
  gboolean good = TRUE;
  guint16 port;

  gw_reach_dialog_say_error (self, NULL);
  check_address (self, &good);
  if (!gw_port_parse (port_text, &port, &error))
    show_problem (GTK_WIDGET (self->port_row), error->message, &good);
  if (!check_description (self, &description, &problem))
    show_problem (GTK_WIDGET (self->description_row), problem, &good);
  /* All fields are right by themselves. */
  if (good && self->parameters == NULL)
    show_problem (GTK_WIDGET (self->description_row),
                  _("Say what the rule is for: the beginning of a link is not taken."), &good);
  if (!good)
    return;
  remember_address (self);
  self->left = FALSE;
  self->cancellable = g_cancellable_new ();
  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_ADDING);
  gw_reach_admit_async (self->accounts, self->instance, (const char *const *) self->parameters,
                        self->cancellable, on_added, self);
}
