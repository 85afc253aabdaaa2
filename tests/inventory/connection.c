/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "gw-connection.h"

static void
set_address (GwInstance    *instance,
             GwAddressKind  kind,
             const char    *address)
{
  const char *const addresses[] = { address, NULL };

  gw_instance_set_addresses (instance, kind, addresses);
}

/* public, elastic, private, internal, host: optional. */
static GwInstance *
make (GwNetworkType network,
      const char *const *values)
{
  GwInstance *instance = gw_instance_new ("i-1");

  gw_instance_set_network (instance, network);
  for (guint i = 0; i < GW_N_ADDRESS_KINDS; i++)
    set_address (instance, i, values[i]);
  gw_instance_set_text (instance, GW_INSTANCE_HOST_NAME, values[GW_N_ADDRESS_KINDS]);
  return instance;
}

static char *
labels (GListModel *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GwConnection) connection = g_list_model_get_item (list, i);

      g_string_append_printf (text, "%s%s", i > 0 ? "|" : "",
                              gw_connection_get_label (connection));
    }
  return g_string_free (text, FALSE);
}

static const struct {
  GwNetworkType network;
  const char *values[5];
  const char *labels;
  guint chosen;
} cases[] = {
  { GW_NETWORK_VPC, { "203.0.113.7", "198.51.100.1", "10.0.0.1", "10.1.0.1", "iZbp1" },
    "Public IP – 203.0.113.7|Elastic IP – 198.51.100.1|Private IP – 10.0.0.1", 0 },
  { GW_NETWORK_VPC, { NULL, "198.51.100.1", "10.0.0.1", NULL, NULL },
    "Elastic IP – 198.51.100.1|Private IP – 10.0.0.1", 0 },
  { GW_NETWORK_VPC, { NULL, NULL, "10.0.0.1", NULL, NULL }, "Private IP – 10.0.0.1", 0 },
  { GW_NETWORK_VPC, { NULL, NULL, NULL, NULL, "iZbp1" }, "", 0 },
  { GW_NETWORK_CLASSIC, { "203.0.113.7", NULL, NULL, "10.1.0.1", NULL },
    "Public IP – 203.0.113.7", 0 },
  { GW_NETWORK_CLASSIC, { NULL, "198.51.100.1", "10.0.0.1", "10.1.0.1", "iZbp1" },
    "Internal IP – 10.1.0.1", 0 },
  { GW_NETWORK_UNKNOWN, { NULL, NULL, NULL, NULL, "nas.local" }, "Host Name – nas.local", 0 },
  { GW_NETWORK_UNKNOWN, { NULL, NULL, "10.0.0.1", "10.1.0.1", "nas.local" },
    "Host Name – nas.local|Private IP – 10.0.0.1|Internal IP – 10.1.0.1", 0 },
  { GW_NETWORK_UNKNOWN, { "203.0.113.7", NULL, "10.0.0.1", NULL, "nas.local" },
    "Host Name – nas.local|Public IP – 203.0.113.7|Private IP – 10.0.0.1", 1 },
  { GW_NETWORK_UNKNOWN, { NULL, NULL, NULL, "10.1.0.1", NULL }, "Internal IP – 10.1.0.1", 0 },
  { GW_NETWORK_UNKNOWN, { "203.0.113.7", NULL, NULL, NULL, "203.0.113.7" },
    "Host Name – 203.0.113.7", 0 },
  { GW_NETWORK_UNKNOWN, { NULL, NULL, NULL, NULL, NULL }, "", 0 },
};

static void
test_rule (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GwInstance) instance = make (cases[i].network, cases[i].values);
      g_autoptr (GListModel) list = gw_connection_list_for (instance);
      g_autofree char *text = labels (list);
      g_autoptr (GwConnection) chosen = NULL;

      g_assert_cmpstr (text, ==, cases[i].labels);
      g_assert_cmpuint (gw_connection_choose (list, NULL, NULL), ==, cases[i].chosen);
      chosen = g_list_model_get_item (list, cases[i].chosen);
      g_assert_cmpstr (gw_instance_get_main_address (instance), ==,
                       chosen != NULL ? gw_connection_get_address (chosen) : "");
    }
}

static void
test_choose (void)
{
  g_autoptr (GwInstance) instance = make (GW_NETWORK_VPC, cases[0].values);
  g_autoptr (GListModel) list = gw_connection_list_for (instance);

  g_assert_cmpuint (gw_connection_choose (list, "10.0.0.1", "public"), ==, 2);
  g_assert_cmpuint (gw_connection_choose (list, "10.9.9.9", "elastic"), ==, 1);
  g_assert_cmpuint (gw_connection_choose (list, "10.9.9.9", "internal"), ==, 0);
  g_assert_cmpuint (gw_connection_choose (list, NULL, "nonsense"), ==, 0);
}

static void
test_kinds (void)
{
  for (GwConnectionKind i = GW_CONNECTION_PUBLIC; i <= GW_CONNECTION_HOST_NAME; i++)
    {
      GwConnectionKind kind;

      g_assert_true (gw_connection_kind_from_string (gw_connection_kind_to_string (i), &kind));
      g_assert_cmpint (kind, ==, i);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection/rule", test_rule);
  g_test_add_func ("/connection/choose", test_choose);
  g_test_add_func ("/connection/kinds", test_kinds);
  return g_test_run ();
}
