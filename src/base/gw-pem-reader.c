/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-pem-reader.h"

#define MAX_OID 32

static int
base64_value (char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

gboolean
gw_pem_reader_init (GwPemReader *self,
                    const char  *text,
                    const char  *end)
{
  gsize digits = 0;
  gsize padding = 0;

  for (const char *p = text; p < end; p++)
    {
      if (g_ascii_isspace (*p))
        continue;
      if (*p == '=')
        padding++;
      else if (padding == 0 && base64_value (*p) >= 0)
        digits++;
      else
        return FALSE;
    }
  *self = (GwPemReader) { .p = text, .end = end, .left = digits * 6 / 8 };
  return padding <= 2 && (digits + padding) % 4 == 0 && self->left > 0;
}

/* Only called while bytes are left. */
static guint8
next_byte (GwPemReader *self)
{
  while (self->n_bits < 8 && self->p < self->end)
    {
      int value = base64_value (*self->p++);

      if (value < 0)
        continue;
      self->bits = (self->bits << 6 | (guint) value) & 0x3fff;
      self->n_bits += 6;
    }
  self->n_bits -= 8;
  self->left--;
  return (guint8) (self->bits >> self->n_bits);
}

gboolean
gw_pem_reader_skip (GwPemReader *self,
                    gsize        count)
{
  if (count > self->left)
    return FALSE;
  while (count-- > 0)
    next_byte (self);
  return TRUE;
}

gboolean
gw_pem_reader_read_uint32 (GwPemReader *self,
                           guint32     *value)
{
  if (self->left < 4)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < 4; i++)
    *value = *value << 8 | next_byte (self);
  return TRUE;
}

guint8 *
gw_pem_reader_read_string (GwPemReader *self,
                           gsize        max_length,
                           gsize       *length)
{
  guint8 *bytes;
  guint32 count;

  if (!gw_pem_reader_read_uint32 (self, &count) || count > self->left || count > max_length)
    return NULL;
  bytes = g_malloc (count + 1);
  for (guint32 i = 0; i < count; i++)
    bytes[i] = next_byte (self);
  bytes[count] = 0;
  *length = count;
  return bytes;
}

gboolean
gw_pem_reader_read_der (GwPemReader *self,
                        guint8       tag,
                        gsize       *length)
{
  guint8 first;

  if (self->left < 2 || next_byte (self) != tag)
    return FALSE;
  first = next_byte (self);
  *length = first;
  if (first >= 0x80)
    {
      guint count = first & 0x7f;

      /* Zero would be the open form of BER; a key of 16 MiB does not exist. */
      if (count == 0 || count > 3 || self->left < count)
        return FALSE;
      *length = 0;
      while (count-- > 0)
        *length = *length << 8 | next_byte (self);
    }
  return *length <= self->left;
}

char *
gw_pem_reader_read_oid (GwPemReader *self)
{
  GString *hex;
  gsize length;

  if (!gw_pem_reader_read_der (self, 0x06, &length) || length > MAX_OID)
    return NULL;
  hex = g_string_new (NULL);
  while (length-- > 0)
    g_string_append_printf (hex, "%02x", next_byte (self));
  return g_string_free (hex, FALSE);
}
