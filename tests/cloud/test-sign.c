/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gw-cloud-client.h"
#include "gw-cloud-sign.h"

#include <string.h>

#define EMPTY_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static GwAccessKey *
make_key (const char *id,
          const char *secret)
{
  g_autoptr (GwSensitive) sensitive = gw_sensitive_new (secret, -1, NULL);

  return gw_access_key_new (id, sensitive, NULL, 0);
}

/* From the page “Request syntax and signature method V3”. */
static void
test_published (void)
{
  g_autoptr (GwAccessKey) key = make_key ("YourAccessKeyId", "YourAccessKeySecret");
  const GwCloudPair query[] = {
    { "RegionId", "cn-shanghai" },
    { "ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd" },
  };
  const GwCloudPair headers[] = {
    { "x-acs-action", "RunInstances" },
    { "host", "ecs.cn-shanghai.aliyuncs.com" },
    { "x-acs-version", "2014-05-26" },
    { "x-acs-date", " 2023-10-26T10:22:32Z " },
    { "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d" },
    { "x-acs-content-sha256", EMPTY_HASH },
  };
  g_autofree char *value = gw_cloud_authorization (key, "POST", "/", query, G_N_ELEMENTS (query),
                                                   headers, G_N_ELEMENTS (headers), EMPTY_HASH);

  g_assert_cmpstr (value, ==,
                   "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
                   "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
                   "x-acs-signature-nonce;x-acs-version,"
                   "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
}

/* From the tests of the vendor's SDK: two values of a header, a parameter without a value. */
static void
test_of_the_sdk (void)
{
  g_autoptr (GwAccessKey) key = make_key ("acesskey", "secret");
  const GwCloudPair query[] = { { "test", "ok" }, { "empty", "" } };
  const GwCloudPair headers[] = { { "x-acs-test", "https" }, { "x-acs-test", "http" } };
  g_autofree char *value
      = gw_cloud_authorization (key, "", "/", query, G_N_ELEMENTS (query), headers,
                                G_N_ELEMENTS (headers),
                                "55e12e91650d2fec56ec74e1d3e4ddbfce2ef3a65890c2a19ecf88a307e76a23");

  g_assert_cmpstr (value, ==,
                   "ACS3-HMAC-SHA256 Credential=acesskey,SignedHeaders=x-acs-test,"
                   "Signature=4ab59fffe3c5738ff8a2729f90cc04fe18b02a4b15b2102cbaf92f9ff3df2ea3");
}

static void
test_percent (void)
{
  const char *plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

  for (int byte = 1; byte < 256; byte++)
    {
      const char text[] = { (char) byte, '\0' };
      g_autofree char *encoded = gw_cloud_percent_encode (text);
      g_autofree char *expected = strchr (plain, byte) != NULL ? g_strdup (text)
                                                               : g_strdup_printf ("%%%02X", byte);

      g_assert_cmpstr (encoded, ==, expected);
    }
}

static void
test_query (void)
{
  const GwCloudPair query[] = {
    { "b", "2 *" }, { "a.10", "%20" }, { "a.1", "" }, { "B", "ä/" }, { "_", "+" },
  };
  g_autofree char *text = gw_cloud_canonical_query (query, G_N_ELEMENTS (query));
  g_autofree char *nothing = gw_cloud_canonical_query (NULL, 0);

  g_assert_cmpstr (text, ==, "B=%C3%A4%2F&_=%2B&a.1=&a.10=%2520&b=2%20%2A");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_endpoints (void)
{
  static const struct
  {
    GwCloudProduct product;
    const char *region;
    const char *host;
  } rows[] = {
    { GW_CLOUD_ECS, "cn-shanghai", "ecs.cn-shanghai.aliyuncs.com" },
    { GW_CLOUD_ECS, "eu-central-1", "ecs.eu-central-1.aliyuncs.com" },
    { GW_CLOUD_ECS, "cn-hangzhou", "ecs-cn-hangzhou.aliyuncs.com" },
    { GW_CLOUD_ECS, "cn-shenzhen-finance-1", "ecs-cn-hangzhou.aliyuncs.com" },
    { GW_CLOUD_ECS, "cn-beijing-finance-1", "ecs.cn-beijing-finance-1.aliyuncs.com" },
    { GW_CLOUD_ECS, "cn-hangzhou-finance", "ecs.aliyuncs.com" },
    { GW_CLOUD_ECS, "cn-north-2-gov-1", "ecs.aliyuncs.com" },
    { GW_CLOUD_ECS, "cn-edge-1", "ecs.cn-qingdao-nebula.aliyuncs.com" },
    { GW_CLOUD_ECS, NULL, "ecs.aliyuncs.com" },
    { GW_CLOUD_ECS, "evil.example/", "ecs.aliyuncs.com" },
    { GW_CLOUD_ECS, "", "ecs.aliyuncs.com" },
    { GW_CLOUD_RESOURCE_MANAGER, "cn-shanghai", "resourcemanager.aliyuncs.com" },
    { GW_CLOUD_RESOURCE_MANAGER, NULL, "resourcemanager.aliyuncs.com" },
    { GW_CLOUD_STS, NULL, "sts.aliyuncs.com" },
    { GW_CLOUD_STS, "ap-southeast-1", "sts.ap-southeast-1.aliyuncs.com" },
    { GW_CLOUD_STS, "a@b", "sts.aliyuncs.com" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *host = gw_cloud_endpoint_find (rows[i].product, rows[i].region);

      g_assert_cmpstr (host, ==, rows[i].host);
    }
}

static void
test_check (void)
{
  static const struct
  {
    const char *text;
    const char *normal; /* NULL: refused */
  } rows[] = {
    { "https://ecs.aliyuncs.com", "https://ecs.aliyuncs.com" },
    { " HTTPS://ECS.Aliyuncs.com:8443/ ", "https://ecs.aliyuncs.com:8443" },
    { "ecs.cn-shanghai.aliyuncs.com", "https://ecs.cn-shanghai.aliyuncs.com" },
    { "ecs.cn-shanghai.aliyuncs.com:8443", "https://ecs.cn-shanghai.aliyuncs.com:8443" },
    { "https://[2001:db8::1]:443", "https://[2001:db8::1]:443" },
    { "https://bücher.example", "https://xn--bcher-kva.example" },
    { "http://127.0.0.1:8080", "http://127.0.0.1:8080" },
    { "http://127.4.5.6", "http://127.4.5.6" },
    { "http://[::1]:1/", "http://[::1]:1" },
    { "http://localhost:5000", "http://localhost:5000" },
    { "http://ecs.aliyuncs.com", NULL },
    { "http://192.168.1.1", NULL },
    { "http://127.0.0.1.example.com", NULL },
    { "http://localhost.example.com", NULL },
    { "http://[::ffff:10.0.0.1]", NULL },
    { "http://127.1", NULL },
    { "http://127.0.0.1@example.com", NULL },
    { "https://user@ecs.aliyuncs.com", NULL },
    { "https://user:word@ecs.aliyuncs.com", NULL },
    { "https://ecs.aliyuncs.com/path", NULL },
    { "https://ecs.aliyuncs.com?a=b", NULL },
    { "https://ecs.aliyuncs.com#a", NULL },
    { "https://ecs.aliyuncs.com:65536", NULL },
    { "https://ecs.ali%2euncs.com%2fa", NULL },
    { "https://-x.example", NULL },
    { "https://a b", NULL },
    { "https://", NULL },
    { "https:///path", NULL },
    { "ftp://ecs.aliyuncs.com", NULL },
    { "file:///etc/passwd", NULL },
    { "\xff\xfe", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *normal = NULL;
      g_autoptr (GError) error = NULL;
      gboolean fine = gw_cloud_endpoint_check (rows[i].text, &normal, &error);
      /* Some are not UTF-8, which a log of tests has to be. */
      g_autofree char *escaped = g_strescape (rows[i].text != NULL ? rows[i].text : "", NULL);

      g_test_message ("%s: %s", escaped, fine ? normal : error->message);
      g_assert_cmpstr (normal, ==, rows[i].normal);
      g_assert_cmpint (fine, ==, rows[i].normal != NULL);
      if (!fine)
        {
          g_assert_error (error, GW_CLOUD_ERROR, GW_CLOUD_ERROR_ENDPOINT);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          g_assert_null (strstr (error->message, "word@"));
        }
      else
        g_assert_true (gw_cloud_endpoint_check (normal, NULL, NULL));
    }
}

static void
test_errors (void)
{
  static const struct
  {
    const char *code;
    GwCloudError error;
  } rows[] = {
    { "InvalidAccessKeyId", GW_CLOUD_ERROR_KEY },
    { "InvalidAccessKeyId.NotFound", GW_CLOUD_ERROR_KEY },
    { "InvalidAccessKeyId.Inactive", GW_CLOUD_ERROR_KEY },
    { "Forbidden.AccessKeyDisabled", GW_CLOUD_ERROR_KEY },
    { "SignatureDoesNotMatch", GW_CLOUD_ERROR_SECRET },
    { "IncompleteSignature", GW_CLOUD_ERROR_SECRET },
    { "InvalidSecurityToken.Expired", GW_CLOUD_ERROR_EXPIRED },
    { "InvalidSecurityToken.Malformed", GW_CLOUD_ERROR_EXPIRED },
    { "MissingSecurityToken", GW_CLOUD_ERROR_EXPIRED },
    { "InvalidTimeStamp.Expired", GW_CLOUD_ERROR_CLOCK },
    { "IllegalTimestamp", GW_CLOUD_ERROR_CLOCK },
    { "Forbidden.RAM", GW_CLOUD_ERROR_DENIED },
    { "Forbidden.SubUser", GW_CLOUD_ERROR_DENIED },
    { "Forbidden", GW_CLOUD_ERROR_DENIED },
    { "NoPermission", GW_CLOUD_ERROR_DENIED },
    { "Throttling", GW_CLOUD_ERROR_THROTTLED },
    { "Throttling.User", GW_CLOUD_ERROR_THROTTLED },
    { "InvalidInstanceId.NotFound", GW_CLOUD_ERROR_NOT_FOUND },
    { "SignatureNonceUsed", GW_CLOUD_ERROR_FAILED },
    { "InternalError", GW_CLOUD_ERROR_FAILED },
    { "\x1b[31m<b>", GW_CLOUD_ERROR_FAILED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *code = g_strdup (rows[i].code);
      const GwCloudErrorDetails details = { .code = code, .message = (char *) "Told\n\x1b you" };
      g_autoptr (GError) error = gw_cloud_error_new_for_code (&details);
      g_autoptr (GError) copy = g_error_copy (error);

      g_assert_error (error, GW_CLOUD_ERROR, (int) rows[i].error);
      g_assert_cmpuint (strlen (error->message), >, 20);
      g_assert_null (strpbrk (error->message, "\x1b\n"));
      g_clear_error (&error);
      g_assert_cmpstr (gw_cloud_error_get_details (copy)->message, ==, "Told you");
      g_assert_null (strchr (gw_cloud_error_get_details (copy)->code, '\x1b'));
      g_assert_null (gw_cloud_error_get_details (copy)->region);
    }
  g_assert_null (gw_cloud_error_get_details (NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud/sign/published", test_published);
  g_test_add_func ("/cloud/sign/sdk", test_of_the_sdk);
  g_test_add_func ("/cloud/sign/percent", test_percent);
  g_test_add_func ("/cloud/sign/query", test_query);
  g_test_add_func ("/cloud/endpoint/find", test_endpoints);
  g_test_add_func ("/cloud/endpoint/check", test_check);
  g_test_add_func ("/cloud/error/codes", test_errors);
  return g_test_run ();
}
