/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Cloud"

#include "config.h"

#include "gw-cloud-client-private.h"

#include "gw-error.h"
#include "gw-json.h"

#include <glib/gi18n.h>
#include <string.h>

/* More than any error has. */
#define MAX_XML (64 * 1024)
#define MAX_TEXT 4096

/* What an error says of itself, in whichever form it came. */
typedef struct
{
  char *code;
  char *message;
  char *request_id;
  char *action;
} Complaint;

static void
complaint_clear (Complaint *self)
{
  g_free (self->code);
  g_free (self->message);
  g_free (self->request_id);
  g_free (self->action);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Complaint, complaint_clear)

/* The gateway writes “Code”, some services behind it “code”. */
static char *
dup_member (JsonObject *object,
            const char *name)
{
  g_autofree char *lower = g_strdup (name);
  const char *value = gw_json_get_string (object, name, MAX_TEXT);

  *lower = g_ascii_tolower (*lower);
  return g_strdup (value != NULL ? value : gw_json_get_string (object, lower, MAX_TEXT));
}

static void
complaint_read_json (Complaint  *self,
                     JsonObject *object)
{
  JsonObject *denied = gw_json_get_object (object, "AccessDeniedDetail");

  self->code = dup_member (object, "Code");
  self->message = dup_member (object, "Message");
  self->request_id = dup_member (object, "RequestId");
  if (denied != NULL)
    self->action = dup_member (denied, "AuthAction");
}

static void
on_xml_text (GMarkupParseContext  *context,
             const char           *text,
             gsize                 length,
             gpointer              user_data,
             GError              **error)
{
  Complaint *self = user_data;
  const char *element = g_markup_parse_context_get_element (context);
  struct
  {
    const char *name;
    char **value;
  } wanted[] = {
    { "Code", &self->code },
    { "Message", &self->message },
    { "RequestId", &self->request_id },
    { "AuthAction", &self->action },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (*wanted[i].value == NULL && g_strcmp0 (element, wanted[i].name) == 0)
      *wanted[i].value = g_strndup (text, MIN (length, MAX_TEXT));
}

/* The gateway falls back to XML at times, whatever was asked for. */
static void
complaint_read_xml (Complaint     *self,
                    const GString *body)
{
  static const GMarkupParser parser = { .text = on_xml_text };
  g_autoptr (GMarkupParseContext) context = NULL;

  if (body->len > MAX_XML)
    return;
  context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, self, NULL);
  /* What was read before something that is not XML may be anything. */
  if (!g_markup_parse_context_parse (context, body->str, (gssize) body->len, NULL)
      || !g_markup_parse_context_end_parse (context, NULL))
    g_clear_pointer (&self->code, g_free);
}

static GError *
refuse_answer (guint                      status,
               const GwCloudErrorDetails *about,
               const GError              *reason)
{
  g_autofree char *message = NULL;

  if (g_error_matches (reason, GW_ERROR, GW_ERROR_TOO_LARGE))
    message = g_strdup (_("The cloud sent an answer that is far too large or too deep. Check the "
                          "endpoint."));
  else if (SOUP_STATUS_IS_REDIRECTION (status))
    message = g_strdup (_("The endpoint sends requests on to another address, which an API does "
                          "not do. Check the endpoint."));
  else
    message = g_strdup_printf (_("What answered does not speak the API of the cloud (HTTP status "
                                 "%u). Check the endpoint, or try again later."), status);
  return gw_cloud_error_new (GW_CLOUD_ERROR_ANSWER, about, message);
}

JsonNode *
gw_cloud_answer_read (GwCloudReply               *reply,
                      const GwCloudErrorDetails  *about,
                      GError                    **error)
{
  g_autoptr (GError) reason = NULL;
  g_auto (Complaint) complaint = { NULL };
  g_autoptr (JsonNode) root = gw_json_parse (reply->body->str, (gssize) reply->body->len,
                                             GW_CLOUD_MAX_ANSWER, &reason);

  if (SOUP_STATUS_IS_SUCCESSFUL (reply->status))
    {
      if (root == NULL)
        g_propagate_error (error, refuse_answer (reply->status, about, reason));
      return g_steal_pointer (&root);
    }
  if (root != NULL)
    complaint_read_json (&complaint, json_node_get_object (root));
  else
    complaint_read_xml (&complaint, reply->body);
  if (complaint.code == NULL || *complaint.code == '\0')
    g_propagate_error (error, refuse_answer (reply->status, about, reason));
  else
    {
      const GwCloudErrorDetails details = {
        .code = complaint.code,
        .request_id = complaint.request_id,
        .message = complaint.message,
        .action = complaint.action != NULL ? complaint.action : about->action,
        .region = about->region,
      };

      g_propagate_error (error, gw_cloud_error_new_for_code (&details));
    }
  return NULL;
}
