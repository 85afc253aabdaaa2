/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-source-bar.h"

#include "config.h"

#include "gw-age.h"
#include "gw-error.h"

#include <glib/gi18n.h>

/* Milliseconds of refreshing before it is shown over a list that is there already. */
#define QUIET 300
/* Names of regions that are spelt out. */
#define MAX_NAMES 3

typedef enum {
  OFFER_NOTHING,
  OFFER_UNLOCK,
  OFFER_RETRY,
  OFFER_EDIT,
  OFFER_REQUEST,
} Offer;

struct _GwSourceBar
{
  AdwBin           parent_instance;

  GtkWidget       *progress_box;
  GtkLabel        *progress_label;
  GtkProgressBar  *progress_bar;
  GtkWidget       *message_box;
  GtkLabel        *message;
  GtkWidget       *button;
  GtkLabel        *button_label;
  GtkWidget       *details_button;
  GtkLabel        *details;

  GwCloudAccounts *accounts;
  GwEcsSource     *source;
  Offer            offer;
  guint            quiet_id;  /* 0 where it is over, or nothing is refreshed */
  gboolean         dismissed; /* until the next refresh */
  gboolean         fresh;     /* a refresh was complete since the start */
  GCancellable    *unlocking; /* %NULL where the keyring is not being unlocked */
  char            *unlock_error;
};

G_DEFINE_FINAL_TYPE (GwSourceBar, gw_source_bar, ADW_TYPE_BIN)

static void
set_text (GtkLabel   *label,
          const char *text)
{
  /* Setting the same text again would take the selection away. */
  if (!g_str_equal (gtk_label_get_text (label), text))
    gtk_label_set_text (label, text);
}

static const char *
get_name (GwSourceBar *self)
{
  return gw_account_get_name (gw_ecs_source_get_account (self->source));
}

static void
show_progress (GwSourceBar *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->source));
  guint wait = gw_ecs_source_get_wait (self->source);
  g_autofree char *text = NULL;

  if (wait > 0)
    text = g_strdup_printf (ngettext ("Alibaba Cloud asks to wait %u s",
                                      "Alibaba Cloud asks to wait %u s", wait), wait);
  else if (n == 0)
    /* Translators: name of an account. */
    text = g_strdup_printf (_("Loading “%s”…"), get_name (self));
  else
    /* Translators: name of an account, and how many of its instances are in the list so far. */
    text = g_strdup_printf (ngettext ("Loading “%s”… %'u instance", "Loading “%s”… %'u instances",
                                      n), get_name (self), n);
  set_text (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 CLAMP (gw_ecs_source_get_progress (self->source), 0, 1));
}

static Offer
find_offer (const GError *problem)
{
  if (g_error_matches (problem, GW_ERROR, GW_ERROR_KEYRING_LOCKED))
    return OFFER_UNLOCK;
  if (g_error_matches (problem, GW_ERROR, GW_ERROR_NO_SECRET)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ENDPOINT)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_KEY)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SECRET)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_EXPIRED)
      || g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_NO_KEY))
    return OFFER_EDIT;
  /* Only the CLI can sign in; the message says how. */
  if (g_error_matches (problem, GW_CLOUD_ERROR, GW_CLOUD_ERROR_SIGN_IN))
    return OFFER_NOTHING;
  return OFFER_RETRY;
}

static void
add_sentence (GString    *text,
              const char *sentence)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
}

static void
add_failed_regions (GwSourceBar *self,
                    GString     *text)
{
  GPtrArray *failed = gw_ecs_source_get_failed_regions (self->source);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *sentence = NULL;

  if (failed->len == 0)
    return;
  for (guint i = 0; i < MIN (failed->len, MAX_NAMES); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            gw_ecs_source_get_name (self->source, failed->pdata[i]));
  if (failed->len > MAX_NAMES)
    {
      guint more = failed->len - MAX_NAMES;

      /* Translators: after the names of three regions. */
      g_string_append_printf (names, ngettext (" and %u more", " and %u more", more), more);
    }
  /* Translators: how many regions, and their names. */
  sentence = g_strdup_printf (ngettext ("%u region could not be read: %s.",
                                        "%u regions could not be read: %s.", failed->len),
                              failed->len, names->str);
  add_sentence (text, sentence);
}

static guint
count_regions (GwSourceBar *self)
{
  const char *const *ticked
    = gw_account_get_regions (gw_ecs_source_get_account (self->source));
  guint n = g_strv_length ((char **) ticked);

  return n > 0 ? n : gw_ecs_source_get_regions (self->source)->len;
}

/* What was wrong with parts of the last refresh. */
static Offer
describe_parts (GwSourceBar *self,
                GString     *text)
{
  GPtrArray *refusals = gw_ecs_source_get_refusals (self->source);
  guint skipped = gw_ecs_source_get_n_skipped (self->source);
  Offer offer = OFFER_NOTHING;

  if (gw_ecs_source_get_failed_regions (self->source)->len > 0)
    offer = OFFER_RETRY;
  if (refusals->len > 0)
    {
      g_autofree char *line = gw_refusal_describe (refusals, count_regions (self));

      add_sentence (text, line);
      offer = OFFER_REQUEST;
    }
  add_failed_regions (self, text);
  if (skipped > 0)
    {
      g_autofree char *sentence = NULL;

      sentence = g_strdup_printf (ngettext ("%u instance was left out: its entry makes no sense.",
                                            "%u instances were left out: their entries make no "
                                            "sense.", skipped), skipped);
      add_sentence (text, sentence);
    }
  return offer;
}

/* Where the list is not what the cloud has now. */
static gboolean
describe_age (GwSourceBar *self,
              GString     *text)
{
  gint64 updated = gw_ecs_source_get_updated (self->source);
  g_autofree char *age = NULL;
  g_autofree char *sentence = NULL;

  if (updated <= 0 || g_list_model_get_n_items (G_LIST_MODEL (self->source)) == 0
      || g_get_real_time () / G_USEC_PER_SEC - updated <= GW_CLOUD_LIST_AGE)
    return FALSE;
  age = gw_age_describe (updated);
  /* Translators: an age, such as “3 hours ago”. */
  sentence = g_strdup_printf (_("Showing what was known %s."), age);
  add_sentence (text, sentence);
  return TRUE;
}

static void
add_detail (GString    *text,
            const char *name,
            const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", name, value);
}

/* In the cloud's own words, for its support and for administrators: not translated. */
static char *
dup_details (GwSourceBar *self)
{
  const GError *problem = gw_ecs_source_get_problem (self->source);
  const GwCloudErrorDetails *details
    = problem != NULL ? gw_cloud_error_get_details (problem) : NULL;
  GPtrArray *refusals = gw_ecs_source_get_refusals (self->source);
  g_autoptr (GString) text = g_string_new (NULL);

  if (details != NULL)
    {
      add_detail (text, "Code", details->code);
      add_detail (text, "RequestId", details->request_id);
      add_detail (text, "Action", details->action);
      add_detail (text, "Region", details->region);
      add_detail (text, "Message", details->message);
    }
  for (guint i = 0; problem == NULL && i < refusals->len; i++)
    {
      GwRefusal *refusal = refusals->pdata[i];

      add_detail (text, "Action", refusal->action);
      add_detail (text, "Code", refusal->code);
      add_detail (text, "RequestId", refusal->request_id);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
get_offer_title (Offer offer)
{
  switch (offer)
    {
    case OFFER_UNLOCK:
      return _("Unlock");
    case OFFER_RETRY:
      return _("Try Again");
    case OFFER_EDIT:
      return _("Edit Account");
    case OFFER_REQUEST:
      return _("Copy Request for Administrator");
    case OFFER_NOTHING:
      return "";
    default:
      g_return_val_if_reached ("");
    }
}

static void
set_offer (GwSourceBar *self,
           Offer        offer)
{
  g_autofree char *details = dup_details (self);

  self->offer = offer;
  set_text (self->button_label, get_offer_title (offer));
  gtk_widget_set_visible (self->button, offer != OFFER_NOTHING);
  gtk_widget_set_sensitive (self->button, self->unlocking == NULL);
  gtk_widget_set_visible (self->details_button, *details != '\0');
  set_text (self->details, details);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->message), *details != '\0' ? details : NULL);
}

/* Puts together what is to be said while nothing is refreshed; nothing at all is fine. */
static void
show_message (GwSourceBar *self)
{
  const GError *problem = gw_ecs_source_get_problem (self->source);
  g_autoptr (GString) text = g_string_new (NULL);
  Offer offer;

  if (problem != NULL)
    {
      offer = find_offer (problem);
      add_sentence (text, problem->message);
    }
  else
    offer = describe_parts (self, text);
  if ((problem != NULL || text->len > 0 || !self->fresh) && describe_age (self, text)
      && problem == NULL && offer == OFFER_NOTHING)
    offer = OFFER_RETRY;
  if (self->unlock_error != NULL)
    add_sentence (text, self->unlock_error);
  if (text->len > 0 && g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) > 1)
    {
      g_autofree char *prefix = g_strdup_printf (_("“%s”:"), get_name (self));

      g_string_prepend_c (text, ' ');
      g_string_prepend (text, prefix);
    }
  set_text (self->message, text->str);
  set_offer (self, offer);
}

static void
update (GwSourceBar *self)
{
  gboolean refreshing
    = gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_REFRESHING;
  gboolean speaks = FALSE;

  g_assert (GW_IS_SOURCE_BAR (self));

  /* What was said of the last refresh stays until the next one is worth showing. */
  if (refreshing && self->quiet_id != 0)
    return;
  if (refreshing)
    show_progress (self);
  else if (gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_IDLE)
    {
      show_message (self);
      speaks = !self->dismissed && *gtk_label_get_text (self->message) != '\0';
    }
  gtk_widget_set_visible (self->progress_box, refreshing);
  gtk_widget_set_visible (self->message_box, speaks);
  if (speaks)
    gtk_widget_add_css_class (GTK_WIDGET (self), "gw-notice");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "gw-notice");
  gtk_widget_set_visible (GTK_WIDGET (self), refreshing || speaks);
}

static gboolean
on_quiet_over (gpointer user_data)
{
  GwSourceBar *self = user_data;

  self->quiet_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
on_state (GwSourceBar *self)
{
  g_assert (GW_IS_SOURCE_BAR (self));

  g_clear_handle_id (&self->quiet_id, g_source_remove);
  if (gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_REFRESHING)
    {
      self->dismissed = FALSE;
      g_clear_pointer (&self->unlock_error, g_free);
      if (g_list_model_get_n_items (G_LIST_MODEL (self->source)) > 0)
        self->quiet_id = g_timeout_add (QUIET, on_quiet_over, self);
    }
  update (self);
}

static void
on_updated (GwSourceBar *self)
{
  g_assert (GW_IS_SOURCE_BAR (self));

  /* While the cache is read the time is that of the cache. */
  if (gw_ecs_source_get_state (self->source) != GW_ECS_SOURCE_READING
      && g_get_real_time () / G_USEC_PER_SEC - gw_ecs_source_get_updated (self->source)
         <= GW_CLOUD_LIST_AGE)
    self->fresh = TRUE;
  update (self);
}

static void
on_items (GwSourceBar *self)
{
  g_assert (GW_IS_SOURCE_BAR (self));

  if (gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_REFRESHING && self->quiet_id == 0)
    show_progress (self);
}

static void
on_cancel (GwSourceBar *self)
{
  g_assert (GW_IS_SOURCE_BAR (self));

  gw_ecs_source_cancel (self->source);
}

static void
on_dismiss (GwSourceBar *self)
{
  g_assert (GW_IS_SOURCE_BAR (self));

  self->dismissed = TRUE;
  update (self);
}

static void
on_unlocked (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GwSourceBar) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean unlocked = gw_keyring_unlock_finish (GW_KEYRING (source), result, &error);

  g_clear_object (&self->unlocking);
  /* Disposed meanwhile. */
  if (self->source == NULL)
    return;
  if (unlocked)
    gw_ecs_source_refresh (self->source);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->unlock_error = g_strdup (error->message);
  update (self);
}

static void
unlock (GwSourceBar *self)
{
  g_clear_pointer (&self->unlock_error, g_free);
  self->unlocking = g_cancellable_new ();
  gtk_widget_set_sensitive (self->button, FALSE);
  gw_keyring_unlock_async (gw_cloud_accounts_get_keyring (self->accounts), self->unlocking,
                           on_unlocked, g_object_ref (self));
}

static void
copy_request (GwSourceBar *self)
{
  g_autofree char *request = NULL;

  request = gw_refusal_dup_request (gw_ecs_source_get_refusals (self->source),
                                    gw_ecs_source_get_account (self->source));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), request);
  set_text (self->button_label, _("Request Copied"));
}

static void
on_button (GwSourceBar *self)
{
  g_assert (GW_IS_SOURCE_BAR (self));

  switch (self->offer)
    {
    case OFFER_UNLOCK:
      unlock (self);
      break;
    case OFFER_RETRY:
      gw_ecs_source_refresh (self->source);
      break;
    case OFFER_EDIT:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.edit-account", "s",
                                  gw_account_get_id (gw_ecs_source_get_account (self->source)));
      break;
    case OFFER_REQUEST:
      copy_request (self);
      break;
    case OFFER_NOTHING:
    default:
      g_return_if_reached ();
    }
}

static void
on_copy_details (GwSourceBar *self)
{
  g_assert (GW_IS_SOURCE_BAR (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_text (self->details));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->details_button));
}

static void
gw_source_bar_dispose (GObject *object)
{
  GwSourceBar *self = GW_SOURCE_BAR (object);

  g_clear_handle_id (&self->quiet_id, g_source_remove);
  g_cancellable_cancel (self->unlocking);
  gtk_widget_dispose_template (GTK_WIDGET (self), GW_TYPE_SOURCE_BAR);
  g_clear_object (&self->source);
  g_clear_object (&self->accounts);
  g_clear_pointer (&self->unlock_error, g_free);

  G_OBJECT_CLASS (gw_source_bar_parent_class)->dispose (object);
}

static void
gw_source_bar_class_init (GwSourceBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gw_source_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/gangway/Gangway/gw-source-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, progress_box);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, progress_label);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, message_box);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, message);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, button);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, button_label);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, details_button);
  gtk_widget_class_bind_template_child (widget_class, GwSourceBar, details);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_button);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_details);
  gtk_widget_class_bind_template_callback (widget_class, on_dismiss);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
gw_source_bar_init (GwSourceBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gw_source_bar_new (GwCloudAccounts *accounts,
                   GwEcsSource     *source)
{
  GwSourceBar *self;

  g_return_val_if_fail (GW_IS_CLOUD_ACCOUNTS (accounts), NULL);
  g_return_val_if_fail (GW_IS_ECS_SOURCE (source), NULL);

  self = g_object_new (GW_TYPE_SOURCE_BAR, NULL);
  self->accounts = g_object_ref (accounts);
  self->source = g_object_ref (source);
  g_signal_connect_object (source, "notify::state", G_CALLBACK (on_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "notify::progress", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "notify::updated", G_CALLBACK (on_updated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "problem-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "items-changed", G_CALLBACK (on_items), self,
                           G_CONNECT_SWAPPED);
  /* With a second account each one has to say its name. */
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  on_state (self);
  return GTK_WIDGET (self);
}

GwEcsSource *
gw_source_bar_get_source (GwSourceBar *self)
{
  g_return_val_if_fail (GW_IS_SOURCE_BAR (self), NULL);

  return self->source;
}
