/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Inventory"

#include "config.h"

#include "gw-obstacle.h"

#include <glib/gi18n.h>
#include <string.h>

/* "2017-12-10T04:04Z": the API's times have no seconds, which GLib's parser insists on. */
#define TIME_LENGTH 17

/* What the API calls the reasons. An instance that runs may have the locks that do not bar the way:
 * whoever is late with a payment keeps a running machine for some days. */
static const struct {
  const char *reason;
  gboolean bars_running;
  const char *sentence;
} locks[] = {
  { "financial", FALSE,
    N_("It is locked because a payment is overdue. Settle it in the console, then try again.") },
  { "security", TRUE,
    N_("It is locked for a reason of security. The console says which, and what to do.") },
  { "Recycling", TRUE,
    N_("It is a preemptible instance that is being taken back. It cannot be used any more.") },
  { "dedicatedhostfinancial", FALSE,
    N_("It is locked because the payment for its dedicated host is overdue. Settle it in the "
       "console, then try again.") },
  { "refunded", TRUE,
    N_("It was refunded and will be released. It cannot be used any more.") },
};

/* The number of @reason in the table, G_N_ELEMENTS (locks) for others. */
static guint
find_lock (const char *reason)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (locks) && g_ascii_strcasecmp (locks[i].reason, reason) != 0)
    i++;
  return i;
}

/* The first lock that bars the way, or %NULL. */
static const char *
find_barrier (GwInstance *instance)
{
  const char *const *reasons = gw_instance_get_locks (instance);
  GwInstanceStatus status = gw_instance_get_status (instance);
  gboolean may_run = status == GW_INSTANCE_STATUS_RUNNING || status == GW_INSTANCE_STATUS_UNKNOWN;

  for (guint i = 0; reasons[i] != NULL; i++)
    {
      guint lock = find_lock (reasons[i]);

      if (!may_run || (lock < G_N_ELEMENTS (locks) && locks[lock].bars_running))
        return reasons[i];
    }
  return NULL;
}

static gboolean
is_windows (GwInstance *instance)
{
  return g_strcmp0 (gw_instance_get_text (instance, GW_INSTANCE_OS_TYPE), "windows") == 0;
}

static gboolean
is_over (GwInstance *instance,
         gint64      now)
{
  const char *expires = gw_instance_get_text (instance, GW_INSTANCE_EXPIRES);
  g_autofree char *full = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (expires == NULL
      || g_strcmp0 (gw_instance_get_text (instance, GW_INSTANCE_CHARGE_TYPE), "PrePaid") != 0)
    return FALSE;
  if (strlen (expires) == TIME_LENGTH)
    full = g_strdup_printf ("%.16s:00Z", expires);
  time = g_date_time_new_from_iso8601 (full != NULL ? full : expires, NULL);
  return time != NULL && g_date_time_to_unix (time) <= now;
}

/* Whoever lets a subscription run out gets a lock for the payment too, which says less. */
static gboolean
is_locked (GwInstance *instance,
           gint64      now)
{
  const char *barrier = find_barrier (instance);

  return barrier != NULL
         && !(g_ascii_strcasecmp (barrier, "financial") == 0 && is_over (instance, now));
}

GwObstacle
gw_obstacle_find (GwInstance *instance,
                  gint64      now)
{
  GwInstanceStatus status;

  g_return_val_if_fail (GW_IS_INSTANCE (instance), GW_OBSTACLE_NONE);

  status = gw_instance_get_status (instance);
  if (status == GW_INSTANCE_STATUS_UNKNOWN && !gw_instance_is_cloud (instance))
    return GW_OBSTACLE_NONE;
  if (is_windows (instance))
    return GW_OBSTACLE_WINDOWS;
  if (is_locked (instance, now))
    return GW_OBSTACLE_LOCKED;
  if (status != GW_INSTANCE_STATUS_RUNNING && status != GW_INSTANCE_STATUS_UNKNOWN)
    return is_over (instance, now) ? GW_OBSTACLE_EXPIRED : GW_OBSTACLE_STATE;
  if (*gw_instance_get_main_address (instance) == '\0')
    return GW_OBSTACLE_NO_ADDRESS;
  return GW_OBSTACLE_NONE;
}

const char *
gw_obstacle_title (GwInstance *instance,
                   gint64      now)
{
  g_return_val_if_fail (GW_IS_INSTANCE (instance), "");

  switch (gw_obstacle_find (instance, now))
    {
    case GW_OBSTACLE_WINDOWS:
      return _("Windows");
    case GW_OBSTACLE_LOCKED:
      return _("Locked");
    case GW_OBSTACLE_EXPIRED:
      return _("Expired");
    case GW_OBSTACLE_NONE:
    case GW_OBSTACLE_STATE:
    case GW_OBSTACLE_NO_ADDRESS:
    default:
      return gw_instance_status_title (gw_instance_get_status (instance));
    }
}

static char *
describe_lock (GwInstance *instance)
{
  const char *reason = find_barrier (instance);
  guint lock = find_lock (reason);

  if (lock < G_N_ELEMENTS (locks))
    return g_strdup (_(locks[lock].sentence));
  /* Translators: %s is a word of the cloud’s, such as “financial” */
  return g_strdup_printf (_("It is locked (%s). The console says why, and what to do."), reason);
}

static const char *
describe_status (GwInstanceStatus status)
{
  switch (status)
    {
    case GW_INSTANCE_STATUS_PENDING:
      return _("It is being created; try again in a moment.");
    case GW_INSTANCE_STATUS_STARTING:
      return _("It is starting; try again in a moment.");
    case GW_INSTANCE_STATUS_STOPPING:
      return _("It is being stopped. Start it in the console when it has stopped, then try again.");
    case GW_INSTANCE_STATUS_STOPPED:
      return _("It is stopped. Start it in the console, then try again.");
    case GW_INSTANCE_STATUS_UNKNOWN:
    case GW_INSTANCE_STATUS_RUNNING:
    default:
      return NULL;
    }
}

char *
gw_obstacle_describe (GwInstance *instance,
                      gint64      now)
{
  g_return_val_if_fail (GW_IS_INSTANCE (instance), NULL);

  switch (gw_obstacle_find (instance, now))
    {
    case GW_OBSTACLE_WINDOWS:
      return g_strdup (_("SSH is for Linux. Use Open in Browser for this Windows instance."));
    case GW_OBSTACLE_LOCKED:
      return describe_lock (instance);
    case GW_OBSTACLE_EXPIRED:
      return g_strdup (_("Its subscription has expired. Renew it in the console, then try again."));
    case GW_OBSTACLE_STATE:
      return g_strdup (describe_status (gw_instance_get_status (instance)));
    case GW_OBSTACLE_NO_ADDRESS:
      return g_strdup (_("It has no address to connect to. Give it one in the console, or use "
                         "Open in Browser."));
    case GW_OBSTACLE_NONE:
    default:
      return NULL;
    }
}
