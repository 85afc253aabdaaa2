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
is_single (GInetAddressMask *range)
{
  GInetAddress *address = g_inet_address_mask_get_address (range);

  return g_inet_address_mask_get_length (range) == 8 * g_inet_address_get_native_size (address);
}

static gboolean
is_wide (GInetAddressMask *range)
{
  guint wide;

  if (range == NULL || is_everybody (range))
    return FALSE;
  wide = g_inet_address_mask_get_family (range) == G_SOCKET_FAMILY_IPV6 ? WIDE_IPV6 : WIDE_IPV4;
  return g_inet_address_mask_get_length (range) <= wide;
}

/* By which address the groups are judged: the known one if it is in @range (nullable), else the
 * first of @range; none for everybody. (transfer full) */
static GwMyAddress *
dup_judged (GwReachDialog    *self,
            GInetAddressMask *range)
{
  GwMyAddress *judged = g_new0 (GwMyAddress, 1);
  g_autoptr (GInetAddress) known = NULL;

  if (range == NULL || is_everybody (range))
    return judged;
  if (self->mine->address != NULL)
    known = g_inet_address_new_from_string (self->mine->address);
  if (known != NULL && g_inet_address_mask_matches (range, known))
    {
      judged->address = g_strdup (self->mine->address);
      judged->origin = self->mine->origin;
      judged->time = self->mine->time;
      return judged;
    }
  judged->address = g_inet_address_to_string (g_inet_address_mask_get_address (range));
  judged->origin = GW_MY_ADDRESS_TYPED;
  judged->time = g_get_real_time () / G_USEC_PER_SEC;
  return judged;
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

void
gw_reach_dialog_update (GwReachDialog *self)
{
  g_autofree char *address = dup_text (self->address_row);
  g_autofree char *port_text = dup_text (self->port_row);
  g_autofree char *description = NULL;
  g_autoptr (GInetAddressMask) range = gw_address_parse_range (address, NULL);
  g_autoptr (GwMyAddress) judged = NULL;
  const char *problem;
  guint16 port = 0;
  gboolean valid;

  g_assert (GW_IS_REACH_DIALOG (self));

  gw_field_error_set (GTK_WIDGET (self->address_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->port_row), NULL);
  gw_field_error_set (GTK_WIDGET (self->description_row), NULL);
  if (!is_everybody (range))
    {
      gw_field_error_set (GTK_WIDGET (self->everybody_row), NULL);
      gtk_check_button_set_active (self->everybody_check, FALSE);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->everybody_row), is_everybody (range));
  gtk_widget_set_visible (self->wide_row, is_wide (range));
  g_clear_pointer (&self->parameters, g_strfreev);
  valid = gw_port_parse (port_text, &port, NULL)
          && check_description (self, &description, &problem);
  if (self->reach != NULL && (range != NULL || *address == '\0'))
    {
      judged = dup_judged (self, range);
      gw_reach_judge (self->reach, self->instance, judged, port);
    }
  if (self->reach != NULL && range != NULL && valid && get_group (self) != NULL)
    self->parameters = gw_security_rule_make (get_group (self), port, range, self->reach->nic,
                                              description);
  show_parameters (self);
  if (self->state == GW_REACH_DIALOG_READY)
    gw_reach_dialog_set_state (self, GW_REACH_DIALOG_READY);
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

/* Whether packets from @range can be for the address that is dialled at all. */
static gboolean
has_family (GwReachDialog    *self,
            GInetAddressMask *range)
{
  g_autoptr (GInetAddress) dialled
    = g_inet_address_new_from_string (gw_connection_get_address (self->connection));

  return dialled == NULL
         || g_inet_address_get_family (dialled) == g_inet_address_mask_get_family (range);
}

/* What is typed for public destinations is remembered: the next dialog has it. */
static void
check_address (GwReachDialog *self,
               gboolean      *good)
{
  g_autofree char *text = dup_text (self->address_row);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddressMask) range = gw_address_parse_range (text, &error);
  g_autofree char *address = NULL;
  const char *problem = NULL;

  if (*text == '\0')
    problem = _("Enter the address that you come from.");
  else if (range == NULL)
    problem = error->message;
  else if (!has_family (self, range))
    problem = _("The instance is reached by an address of the other family: IPv4 and IPv6 do not "
                "mix.");
  else if (!is_everybody (range) && gw_reach_dialog_is_public (self)
           && !gw_egress_check_address (NULL, g_inet_address_mask_get_address (range), &error))
    problem = error->message;
  if (problem == NULL && is_single (range) && gw_reach_dialog_is_public (self))
    {
      address = g_inet_address_to_string (g_inet_address_mask_get_address (range));
      if (g_strcmp0 (address, self->mine->address) != 0
          && !gw_my_address_remember (self->settings, address, GW_MY_ADDRESS_TYPED,
                                      g_get_real_time () / G_USEC_PER_SEC, &error))
        problem = error->message;
    }
  if (problem != NULL)
    show_problem (GTK_WIDGET (self->address_row), problem, good);
  else if (is_everybody (range) && !gtk_check_button_get_active (self->everybody_check))
    show_problem (GTK_WIDGET (self->everybody_row),
                  _("Choose “Let Everybody In” if you really mean this."), good);
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
  if (!good || self->parameters == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  gw_reach_dialog_set_state (self, GW_REACH_DIALOG_ADDING);
  gw_reach_admit_async (self->accounts, self->instance, (const char *const *) self->parameters,
                        self->cancellable, on_added, self);
}
