/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GW_CLOUD_ERROR:
 *
 * What went wrong with a call of the cloud's API. Messages are sentences for people, with what to
 * do next. Branch on the enum, never on the HTTP status. What the cloud itself said is kept beside
 * it: gw_cloud_error_get_details().
 */
#define GW_CLOUD_ERROR (gw_cloud_error_quark ())
GQuark gw_cloud_error_quark (void);

typedef enum {
  GW_CLOUD_ERROR_FAILED,    /* any Code that is not named below */
  GW_CLOUD_ERROR_ENDPOINT,  /* the endpoint is not one that may be spoken to: see
                               gw_cloud_endpoint_check() */
  GW_CLOUD_ERROR_NETWORK,   /* not reached, or the connection broke */
  GW_CLOUD_ERROR_TIMED_OUT, /* no answer in time */
  GW_CLOUD_ERROR_TLS,       /* the certificate is not to be trusted */
  GW_CLOUD_ERROR_ANSWER,    /* not an answer of this API: XML, garbage, too large, too deep, a
                               list without an end */
  GW_CLOUD_ERROR_KEY,       /* the AccessKey is unknown or disabled */
  GW_CLOUD_ERROR_SECRET,    /* the AccessKey secret is wrong (SignatureDoesNotMatch) */
  GW_CLOUD_ERROR_EXPIRED,   /* the STS token has run out or is wrong */
  GW_CLOUD_ERROR_CLOCK,     /* the clocks differ, also after a correction */
  GW_CLOUD_ERROR_DENIED,    /* RAM refuses it: gw-ram.h */
  GW_CLOUD_ERROR_THROTTLED, /* too many calls, also after the retries */
  GW_CLOUD_ERROR_NOT_FOUND, /* Invalid….NotFound, but for the AccessKey */
  GW_CLOUD_ERROR_NO_KEY,    /* there is no AccessKey to sign with: the profile is gone, … */
  GW_CLOUD_ERROR_SIGN_IN,   /* the aliyun CLI's sign-in has run out */
} GwCloudError;

/**
 * GwCloudErrorDetails:
 *
 * All are cleaned texts for one line (gw_text_clean_line()), %NULL where not known.
 */
typedef struct {
  char *code;       /* "Forbidden.RAM" */
  char *request_id;
  char *message;    /* of the server, at most 500 characters */
  char *action;     /* "ecs:DescribeInstances" */
  char *region;
} GwCloudErrorDetails;

/* %NULL if @error is not of this domain. Owned by @error; copies of an error have them too. */
const GwCloudErrorDetails *gw_cloud_error_get_details (const GError *error);

/* @details is copied; @message is the sentence, without the code: that is for the details. */
GError *gw_cloud_error_new (GwCloudError               error,
                            const GwCloudErrorDetails *details,
                            const char                *message);
/* The error for an answer's Code (section “Error response” of the API's documents). */
GError *gw_cloud_error_new_for_code (const GwCloudErrorDetails *details);

G_END_DECLS
