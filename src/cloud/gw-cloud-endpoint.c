/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-client.h"

#include "gw-endpoint.h"
#include "gw-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define CENTRE "ecs.aliyuncs.com"
#define HANGZHOU "ecs-cn-hangzhou.aliyuncs.com"
#define NEBULA "ecs.cn-qingdao-nebula.aliyuncs.com"

/* Regions whose ECS endpoint is not ecs.REGION.aliyuncs.com: EndpointMap of the vendor's SDK,
 * without what never leaves the vendor. */
static const char *const exceptions[][2] = {
  { "cn-hangzhou", HANGZHOU },
  { "cn-shanghai-finance-1", HANGZHOU },
  { "cn-shenzhen-finance-1", HANGZHOU },
  { "cn-fujian", HANGZHOU },
  { "ap-northeast-2-pop", CENTRE },
  { "cn-beijing-finance-pop", CENTRE },
  { "cn-beijing-gov-1", CENTRE },
  { "cn-hangzhou-finance", CENTRE },
  { "cn-hongkong-finance-pop", CENTRE },
  { "cn-north-2-gov-1", CENTRE },
  { "cn-wuhan", CENTRE },
  { "cn-yushanfang", CENTRE },
  { "cn-zhangbei", CENTRE },
  { "rus-west-1-pop", CENTRE },
  { "cn-edge-1", NEBULA },
  { "cn-huhehaote-nebula-1", NEBULA },
  { "cn-zhengzhou-nebula-1", NEBULA },
  { "eu-west-1-oxs", "ecs.cn-shenzhen-cloudstone.aliyuncs.com" },
};

static gboolean
is_region (const char *region)
{
  gsize length = region != NULL ? strlen (region) : 0;

  return length > 0 && length <= 63 && *region != '-'
         && strspn (region, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

char *
gw_cloud_endpoint_find (GwCloudProduct  product,
                        const char     *region)
{
  /* What is no region's name must not become a part of a host's. */
  if (!is_region (region))
    region = NULL;
  switch (product)
    {
    case GW_CLOUD_RESOURCE_MANAGER:
      return g_strdup ("resourcemanager.aliyuncs.com");
    case GW_CLOUD_STS:
      return region != NULL ? g_strdup_printf ("sts.%s.aliyuncs.com", region)
                            : g_strdup ("sts.aliyuncs.com");
    case GW_CLOUD_ECS:
    default:
      break;
    }
  if (region == NULL)
    return g_strdup (CENTRE);
  for (guint i = 0; i < G_N_ELEMENTS (exceptions); i++)
    if (g_str_equal (exceptions[i][0], region))
      return g_strdup (exceptions[i][1]);
  return g_strdup_printf ("ecs.%s.aliyuncs.com", region);
}

/* GLib's resolver answers "localhost" itself, without asking anybody. */
static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
refuse (const char  *format,
        const char  *text,
        GError     **error)
{
  g_autofree char *shown = gw_text_clean_line (text, 100);
  g_autofree char *message = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  message = g_strdup_printf (format, shown);
#pragma GCC diagnostic pop
  g_propagate_error (error, gw_cloud_error_new (GW_CLOUD_ERROR_ENDPOINT, NULL, message));
  return FALSE;
}

gboolean
gw_cloud_endpoint_check (const char  *endpoint,
                         char       **normal,
                         GError     **error)
{
  g_autofree char *text = g_strstrip (g_strdup (endpoint != NULL ? endpoint : ""));
  g_autofree char *full = NULL;
  g_autofree char *host = NULL;
  g_autofree char *ascii = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *path;

  full = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
  uri = g_uri_parse (full, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || !g_strv_contains ((const char *const[]) { "https", "http", NULL },
                                       g_uri_get_scheme (uri)))
    return refuse (_("“%s” is not the address of an API: it looks like "
                     "https://ecs.cn-hangzhou.aliyuncs.com"), text, error);
  if (g_uri_get_userinfo (uri) != NULL)
    /* It may be a password: not to be repeated. */
    return refuse (_("“%s” is all that may stand there: no user and no password"),
                   g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : "", error);
  path = g_uri_get_path (uri);
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL
      || (*path != '\0' && !g_str_equal (path, "/")))
    return refuse (_("“%s” says more than a host and a port"), text, error);
  host = g_strdup (g_uri_get_host (uri));
  ascii = host != NULL && gw_host_validate (host, NULL) && strchr (host, '%') == NULL
          ? g_hostname_to_ascii (host) : NULL;
  if (ascii == NULL)
    return refuse (_("“%s” does not name a host that can be spoken to"), text, error);
  if (g_str_equal (g_uri_get_scheme (uri), "http") && !is_loopback (ascii))
    return refuse (_("“%s” is not encrypted: an address on the network has to begin with "
                     "https://"), text, error);
  if (normal != NULL)
    *normal = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, ascii,
                          g_uri_get_port (uri), "", NULL, NULL);
  return TRUE;
}
