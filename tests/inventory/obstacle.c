/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which instances cannot be connected to, and what people are told. */

#include "gw-obstacle.h"

#define NOW G_GINT64_CONSTANT (1512878640) /* 2017-12-10T04:04Z */

typedef struct {
  GwInstanceStatus status;
  const char *locks;
  const char *os_type;
  const char *charge;
  const char *expires;
  gboolean has_address;
  GwObstacle obstacle;
  const char *title;
  const char *sentence; /* how it begins */
} Case;

static GwInstance *
make (const Case *test)
{
  static const char *const addresses[] = { "172.17.0.1", NULL };
  GwInstance *instance = gw_instance_new ("i-1");
  g_auto (GStrv) locks = g_strsplit (test->locks != NULL ? test->locks : "", "|", -1);

  gw_instance_set_network (instance, GW_NETWORK_VPC);
  gw_instance_set_status (instance, test->status, NOW);
  gw_instance_set_locks (instance, (const char *const *) locks);
  gw_instance_set_text (instance, GW_INSTANCE_OS_TYPE, test->os_type);
  gw_instance_set_text (instance, GW_INSTANCE_CHARGE_TYPE, test->charge);
  gw_instance_set_text (instance, GW_INSTANCE_EXPIRES, test->expires);
  if (test->has_address)
    gw_instance_set_addresses (instance, GW_ADDRESS_PRIVATE, addresses);
  return instance;
}

#define PENDING GW_INSTANCE_STATUS_PENDING
#define STARTING GW_INSTANCE_STATUS_STARTING
#define RUNNING GW_INSTANCE_STATUS_RUNNING
#define STOPPING GW_INSTANCE_STATUS_STOPPING
#define STOPPED GW_INSTANCE_STATUS_STOPPED
#define UNKNOWN GW_INSTANCE_STATUS_UNKNOWN
#define PAST "2017-12-10T04:04Z"
#define FUTURE "2017-12-10T04:05Z"

static const Case cases[] = {
  { RUNNING, NULL, "linux", "PostPaid", NULL, TRUE, GW_OBSTACLE_NONE, "Running", NULL },
  { RUNNING, NULL, NULL, NULL, NULL, TRUE, GW_OBSTACLE_NONE, "Running", NULL },
  { RUNNING, NULL, NULL, NULL, NULL, FALSE, GW_OBSTACLE_NO_ADDRESS, "Running",
    "It has no address" },
  { STOPPED, NULL, NULL, NULL, NULL, TRUE, GW_OBSTACLE_STATE, "Stopped",
    "It is stopped. Start it in the console, then try again." },
  { STARTING, NULL, NULL, NULL, NULL, TRUE, GW_OBSTACLE_STATE, "Starting",
    "It is starting; try again in a moment." },
  { PENDING, NULL, NULL, NULL, NULL, FALSE, GW_OBSTACLE_STATE, "Pending", "It is being created" },
  { STOPPING, NULL, NULL, NULL, NULL, TRUE, GW_OBSTACLE_STATE, "Stopping",
    "It is being stopped" },

  { RUNNING, NULL, "windows", NULL, NULL, TRUE, GW_OBSTACLE_WINDOWS, "Windows",
    "SSH is for Linux. Use Open in Browser for this Windows instance." },
  { STOPPED, "security", "windows", NULL, NULL, TRUE, GW_OBSTACLE_WINDOWS, "Windows",
    "SSH is for Linux." },

  { RUNNING, "security", NULL, NULL, NULL, TRUE, GW_OBSTACLE_LOCKED, "Locked",
    "It is locked for a reason of security." },
  { RUNNING, "Recycling", NULL, NULL, NULL, TRUE, GW_OBSTACLE_LOCKED, "Locked",
    "It is a preemptible instance" },
  { RUNNING, "refunded", NULL, NULL, NULL, TRUE, GW_OBSTACLE_LOCKED, "Locked",
    "It was refunded" },
  /* Late with a payment: what runs goes on for a while. */
  { RUNNING, "financial", NULL, NULL, NULL, TRUE, GW_OBSTACLE_NONE, "Running", NULL },
  { RUNNING, "dedicatedhostfinancial", NULL, NULL, NULL, TRUE, GW_OBSTACLE_NONE, "Running", NULL },
  { RUNNING, "some-new-reason", NULL, NULL, NULL, TRUE, GW_OBSTACLE_NONE, "Running", NULL },
  { RUNNING, "financial|security", NULL, NULL, NULL, TRUE, GW_OBSTACLE_LOCKED, "Locked",
    "It is locked for a reason of security." },
  { STOPPED, "financial", NULL, "PrePaid", PAST, TRUE, GW_OBSTACLE_EXPIRED, "Expired",
    "Its subscription has expired." },
  { STOPPED, "dedicatedhostfinancial", NULL, NULL, NULL, TRUE, GW_OBSTACLE_LOCKED, "Locked",
    "It is locked because the payment for its dedicated host is overdue." },
  { STOPPED, "some-new-reason", NULL, NULL, NULL, TRUE, GW_OBSTACLE_LOCKED, "Locked",
    "It is locked (some-new-reason)." },

  { STOPPED, NULL, NULL, "PrePaid", PAST, TRUE, GW_OBSTACLE_EXPIRED, "Expired",
    "Its subscription has expired." },
  { STOPPED, NULL, NULL, "PrePaid", "2017-12-10T04:03:59Z", TRUE, GW_OBSTACLE_EXPIRED, "Expired",
    "Its subscription has expired." },
  { STOPPED, NULL, NULL, "PrePaid", FUTURE, TRUE, GW_OBSTACLE_STATE, "Stopped", "It is stopped." },
  { STOPPED, NULL, NULL, "PostPaid", PAST, TRUE, GW_OBSTACLE_STATE, "Stopped", "It is stopped." },
  { STOPPED, NULL, NULL, "PrePaid", "when it ends..", TRUE, GW_OBSTACLE_STATE, "Stopped",
    "It is stopped." },
  { STOPPED, NULL, NULL, "PrePaid", "2017-99-99T99:99Z", TRUE, GW_OBSTACLE_STATE, "Stopped",
    "It is stopped." },
  { RUNNING, NULL, NULL, "PrePaid", PAST, TRUE, GW_OBSTACLE_NONE, "Running", NULL },

  /* The cloud has said something that is not in the documents. */
  { UNKNOWN, NULL, NULL, NULL, NULL, TRUE, GW_OBSTACLE_NONE, "", NULL },
  { UNKNOWN, "security", NULL, NULL, NULL, TRUE, GW_OBSTACLE_LOCKED, "Locked",
    "It is locked for a reason of security." },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GwInstance) instance = make (&cases[i]);
      g_autofree char *sentence = gw_obstacle_describe (instance, NOW);

      g_test_message ("Case %u: %s", i, sentence);
      g_assert_cmpint (gw_obstacle_find (instance, NOW), ==, cases[i].obstacle);
      g_assert_cmpstr (gw_obstacle_title (instance, NOW), ==, cases[i].title);
      if (cases[i].sentence == NULL)
        g_assert_null (sentence);
      else
        g_assert_true (g_str_has_prefix (sentence, cases[i].sentence));
    }
}

/* Of a host nobody knows the state. */
static void
test_host (void)
{
  g_autoptr (GwInstance) host = gw_instance_new ("ssh-config:nas");

  gw_instance_set_text (host, GW_INSTANCE_OS_TYPE, "windows");
  g_assert_cmpint (gw_obstacle_find (host, NOW), ==, GW_OBSTACLE_NONE);
  g_assert_cmpstr (gw_obstacle_title (host, NOW), ==, "");
  g_assert_null (gw_obstacle_describe (host, NOW));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/obstacle/cases", test_cases);
  g_test_add_func ("/obstacle/host", test_host);
  return g_test_run ();
}
