/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-source-bar.h"

#include "config.h"

#include "gw-source-words.h"

#include <glib/gi18n.h>

/* Milliseconds of refreshing before it is shown over a list that is there already. */
#define QUIET 300

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
  GwSourceOffer    offer;
  guint            wait;      /* seconds that the cloud asked to wait, as last told */
  gint64           wait_end;  /* monotonic */
  guint            wait_id;   /* counts them down */
  gboolean         cancelled; /* the last refresh, by the person */
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

static void show_progress (GwSourceBar *self);

static gboolean
on_second (gpointer user_data)
{
  show_progress (user_data);
  return G_SOURCE_CONTINUE;
}

/* Seconds that are left of what the cloud asked to wait. */
static guint
count_down (GwSourceBar *self)
{
  guint wait = gw_ecs_source_get_wait (self->source);
  gint64 now = g_get_monotonic_time ();

  if (wait != self->wait)
    self->wait_end = now + wait * G_USEC_PER_SEC;
  self->wait = wait;
  if (wait == 0)
    g_clear_handle_id (&self->wait_id, g_source_remove);
  else if (self->wait_id == 0)
    self->wait_id = g_timeout_add_seconds (1, on_second, self);
  return wait == 0 ? 0 : (guint) MAX ((self->wait_end - now) / G_USEC_PER_SEC, 1);
}

static void
show_progress (GwSourceBar *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->source));
  guint wait = count_down (self);
  g_autofree char *text = NULL;

  if (wait > 0)
    /* Translators: name of an account, and seconds. */
    text = g_strdup_printf (ngettext ("“%s”: Alibaba Cloud asks to wait %u s",
                                      "“%s”: Alibaba Cloud asks to wait %u s", wait),
                            get_name (self), wait);
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

static const char *
get_offer_title (GwSourceOffer offer)
{
  switch (offer)
    {
    case GW_SOURCE_OFFER_UNLOCK:
      return _("Unlock");
    case GW_SOURCE_OFFER_RETRY:
      return _("Try Again");
    case GW_SOURCE_OFFER_EDIT:
      return _("Edit Account");
    case GW_SOURCE_OFFER_REQUEST:
      return _("Copy Request for Administrator");
    case GW_SOURCE_OFFER_NOTHING:
      return "";
    default:
      g_return_val_if_reached ("");
    }
}

static void
set_offer (GwSourceBar   *self,
           GwSourceOffer  offer)
{
  g_autofree char *details = gw_source_dup_details (self->source);

  self->offer = offer;
  set_text (self->button_label, get_offer_title (offer));
  gtk_widget_set_visible (self->button, offer != GW_SOURCE_OFFER_NOTHING);
  gtk_widget_set_sensitive (self->button, self->unlocking == NULL);
  gtk_widget_set_visible (self->details_button, *details != '\0');
  set_text (self->details, details);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->message), *details != '\0' ? details : NULL);
}

static void
show_message (GwSourceBar *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GwSourceOffer offer = gw_source_describe (self->source, self->fresh, text);

  if (self->unlock_error != NULL)
    gw_source_add_sentence (text, self->unlock_error);
  if (self->cancelled && gw_ecs_source_get_problem (self->source) == NULL)
    {
      gw_source_add_sentence (text, _("Loading was cancelled."));
      if (offer == GW_SOURCE_OFFER_NOTHING)
        offer = GW_SOURCE_OFFER_RETRY;
    }
  if (text->len > 0 && g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) > 1)
    {
      /* Translators: name of an account; what is wrong with it follows. */
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
  g_clear_handle_id (&self->wait_id, g_source_remove);
  self->wait = 0;
  if (gw_ecs_source_get_state (self->source) == GW_ECS_SOURCE_REFRESHING)
    {
      self->dismissed = FALSE;
      self->cancelled = FALSE;
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

  self->cancelled = TRUE;
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
    case GW_SOURCE_OFFER_UNLOCK:
      unlock (self);
      break;
    case GW_SOURCE_OFFER_RETRY:
      gw_ecs_source_refresh (self->source);
      break;
    case GW_SOURCE_OFFER_EDIT:
      gtk_widget_activate_action (GTK_WIDGET (self), "win.edit-account", "s",
                                  gw_account_get_id (gw_ecs_source_get_account (self->source)));
      break;
    case GW_SOURCE_OFFER_REQUEST:
      copy_request (self);
      break;
    case GW_SOURCE_OFFER_NOTHING:
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
  g_clear_handle_id (&self->wait_id, g_source_remove);
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
