/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-endpoint.h"

#include <arpa/inet.h>
#include <glib/gi18n.h>
#include <net/if.h>
#include <string.h>

#include "gw-error.h"
#include "gw-text.h"

#define MAX_HOST 253 /* RFC 1035, 2.3.4, as text */
#define MAX_USER 255
#define MAX_SHOWN 60 /* characters of a wrong input that a message repeats */

static gboolean
refuse (GError     **error,
        GwError      code,
        const char  *format,
        const char  *input)
{
  g_autofree char *shown = gw_text_clean_line (input, MAX_SHOWN);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, GW_ERROR, (int) code, format, shown);
#pragma GCC diagnostic pop
  return FALSE;
}

/* An IPv6 address, with or without a scope. */
static gboolean
is_ipv6 (const char *host)
{
  const char *scope = strchr (host, '%');
  g_autofree char *address = NULL;
  g_autoptr (GInetAddress) parsed = NULL;

  if (scope != NULL)
    {
      gsize length = strspn (scope + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789-_.");

      if (length == 0 || length >= IF_NAMESIZE || scope[1 + length] != '\0')
        return FALSE;
    }
  address = scope != NULL ? g_strndup (host, (gsize) (scope - host)) : g_strdup (host);
  parsed = g_inet_address_new_from_string (address);
  return parsed != NULL && g_inet_address_get_family (parsed) == G_SOCKET_FAMILY_IPV6;
}

static gboolean
is_name_char (gunichar c)
{
  return g_unichar_isalpha (c) || g_unichar_ismark (c) || g_unichar_isdigit (c) ||
         c == '-' || c == '_' || c == '.';
}

gboolean
gw_host_validate (const char  *host,
                  GError     **error)
{
  struct in_addr number;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (host == NULL || *host == '\0')
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_HOST, _("The host name is missing"));
      return FALSE;
    }
  if (strlen (host) > MAX_HOST)
    return refuse (error, GW_ERROR_INVALID_HOST, _("The host name “%s” is too long"), host);
  if (!g_utf8_validate (host, -1, NULL))
    return refuse (error, GW_ERROR_INVALID_HOST, _("The host name “%s” is not valid text"), host);

  if (strchr (host, ':') != NULL)
    {
      if (is_ipv6 (host))
        return TRUE;
      return refuse (error, GW_ERROR_INVALID_HOST, _("“%s” is not a valid IPv6 address"), host);
    }
  /* What looks like an address has to be one: 203.0.113.256 is a slip of the finger, and the
   * resolver takes 0x7f.1 for 127.0.0.1. */
  if (host[strspn (host, "0123456789.")] == '\0' || inet_aton (host, &number))
    {
      if (g_hostname_is_ip_address (host))
        return TRUE;
      return refuse (error, GW_ERROR_INVALID_HOST, _("“%s” is not a valid IP address"), host);
    }
  if (*host == '-')
    return refuse (error, GW_ERROR_INVALID_HOST,
                   _("The host name “%s” must not begin with “-”"), host);
  if (*host == '.' || strstr (host, "..") != NULL)
    return refuse (error, GW_ERROR_INVALID_HOST, _("The host name “%s” has an empty part"), host);

  for (const char *p = host; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (!is_name_char (g_utf8_get_char (p)))
        return refuse (error, GW_ERROR_INVALID_HOST,
                       _("“%s” is not a host name: only letters, digits, “-”, “_” and “.” "
                         "can stand in one"), host);
    }
  return TRUE;
}

gboolean
gw_user_validate (const char  *user,
                  GError     **error)
{
  gsize length;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  length = user != NULL ? strlen (user) : 0;
  if (length == 0)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_USER, _("The user name is missing"));
      return FALSE;
    }
  if (length > MAX_USER)
    return refuse (error, GW_ERROR_INVALID_USER, _("The user name “%s” is too long"), user);
  if (!g_utf8_validate (user, -1, NULL))
    return refuse (error, GW_ERROR_INVALID_USER, _("The user name “%s” is not valid text"), user);
  if (strchr (user, ':') != NULL)
    {
      /* Most likely a password follows: it is not repeated. */
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_USER,
                           _("A user name holds no “:”, and a password does not belong here"));
      return FALSE;
    }
  if (*user == '-')
    return refuse (error, GW_ERROR_INVALID_USER,
                   _("The user name “%s” must not begin with “-”"), user);
  /* '#' inside a word means nothing to a shell, and some bastion hosts need it. */
  if (strchr ("@\\#", *user) != NULL || strchr ("@\\", user[length - 1]) != NULL)
    return refuse (error, GW_ERROR_INVALID_USER,
                   _("The user name “%s” begins or ends with a character that cannot stand there"),
                   user);
  if (g_unichar_isspace (g_utf8_get_char (user)) ||
      g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (user + length))))
    return refuse (error, GW_ERROR_INVALID_USER,
                   _("The user name “%s” begins or ends with a space"), user);

  for (const char *p = user; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeType type = g_unichar_type (c);

      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
          type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR ||
          (c < 0x80 && strchr ("'\"`$&;<>|(){}[]*?!~^%/", (int) c) != NULL))
        return refuse (error, GW_ERROR_INVALID_USER,
                       _("The user name “%s” has a character that cannot stand in one"), user);
    }
  return TRUE;
}

gboolean
gw_port_parse (const char  *text,
               guint16     *port,
               GError     **error)
{
  guint64 value = 0;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (text == NULL || !g_ascii_isdigit (*text) ||
      !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &value, NULL))
    return refuse (error, GW_ERROR_INVALID_PORT,
                   _("“%s” is not a port: it is a number from 1 to 65535"), text);
  if (port != NULL)
    *port = (guint16) value;
  return TRUE;
}

/* Splits HOST[:PORT], HOST possibly in brackets. @port_text stays %NULL where there is none. */
static gboolean
split_host_port (const char  *text,
                 char       **host,
                 char       **port_text,
                 GError     **error)
{
  const char *colon = strchr (text, ':');

  if (*text == '[')
    {
      const char *end = strchr (text, ']');

      if (end == NULL || colon == NULL || colon > end || (end[1] != '\0' && end[1] != ':'))
        return refuse (error, GW_ERROR_INVALID_HOST,
                       _("“%s” is not an IPv6 address in brackets"), text);
      *host = g_strndup (text + 1, (gsize) (end - text - 1));
      if (end[1] == ':')
        *port_text = g_strdup (end + 2);
    }
  else if (colon != NULL && strchr (colon + 1, ':') == NULL)
    {
      *host = g_strndup (text, (gsize) (colon - text));
      *port_text = g_strdup (colon + 1);
    }
  else
    {
      *host = g_strdup (text);
    }
  return TRUE;
}

/* Undoes one layer of percent-encoding. The result still has to pass the allow-list. */
static gboolean
decode (char    **text,
        GwError   code,
        GError  **error)
{
  char *decoded;

  if (*text == NULL)
    return TRUE;
  decoded = g_uri_unescape_string (*text, NULL);
  if (decoded == NULL)
    return refuse (error, code, _("“%s” is not encoded as a link has to be"), *text);
  g_free (*text);
  *text = decoded;
  return TRUE;
}

/* Checks what belongs to a link only, and leaves USER@HOST:PORT in @text. */
static gboolean
strip_link (char    *text,
            GError **error)
{
  char *authority = text + strlen ("ssh://");
  gsize length = strlen (authority);
  char *at;

  if (length > 0 && authority[length - 1] == '/')
    authority[length - 1] = '\0';
  if (strpbrk (authority, "/?#") != NULL)
    return refuse (error, GW_ERROR_INVALID_HOST,
                   _("The link “%s” says more than a host: a path cannot be opened"), authority);
  at = strrchr (authority, '@');
  if (at != NULL && memchr (authority, ':', (gsize) (at - authority)) != NULL)
    {
      g_set_error_literal (error, GW_ERROR, GW_ERROR_INVALID_USER,
                           _("A link must not hold a password"));
      return FALSE;
    }
  memmove (text, authority, strlen (authority) + 1);
  return TRUE;
}

GwEndpoint *
gw_endpoint_parse (const char  *text,
                   GError     **error)
{
  g_autoptr (GwEndpoint) self = g_new0 (GwEndpoint, 1);
  g_autofree char *copy = NULL;
  g_autofree char *port_text = NULL;
  gboolean is_link;
  char *at;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  copy = g_strstrip (g_strdup (text));
  is_link = g_ascii_strncasecmp (copy, "ssh://", strlen ("ssh://")) == 0;
  if (is_link && !strip_link (copy, error))
    return NULL;
  if (strstr (copy, "://") != NULL)
    {
      refuse (error, GW_ERROR_INVALID_HOST, _("“%s” is not an ssh:// link"), copy);
      return NULL;
    }

  /* The last one: names of directory accounts have an '@' themselves. */
  at = strrchr (copy, '@');
  if (at != NULL)
    self->user = g_strndup (copy, (gsize) (at - copy));
  if (!split_host_port (at != NULL ? at + 1 : copy, &self->host, &port_text, error))
    return NULL;
  if (is_link && (!decode (&self->user, GW_ERROR_INVALID_USER, error) ||
                  !decode (&self->host, GW_ERROR_INVALID_HOST, error)))
    return NULL;

  if (!gw_host_validate (self->host, error) ||
      (self->user != NULL && !gw_user_validate (self->user, error)))
    return NULL;
  /* RFC 3986 lets a link end in a colon without a port. */
  if (port_text != NULL && !(is_link && *port_text == '\0') &&
      !gw_port_parse (port_text, &self->port, error))
    return NULL;
  return g_steal_pointer (&self);
}

char *
gw_endpoint_to_string (const char *user,
                       const char *host,
                       guint       port)
{
  gboolean has_user = user != NULL && *user != '\0';
  gboolean has_port = port != 0 && port != GW_DEFAULT_PORT;
  gboolean brackets;

  g_return_val_if_fail (host != NULL, NULL);

  brackets = has_port && strchr (host, ':') != NULL;
  return g_strdup_printf (has_port ? "%s%s%s%s%s:%u" : "%s%s%s%s%s",
                          has_user ? user : "", has_user ? "@" : "",
                          brackets ? "[" : "", host, brackets ? "]" : "", port);
}

void
gw_endpoint_free (GwEndpoint *self)
{
  if (self == NULL)
    return;
  g_free (self->user);
  g_free (self->host);
  g_free (self);
}
