/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-diagnosis-table.h"

#include <glib/gi18n.h>

/* Failures of the cloud's API during a login. What happened is the error's own sentence: this file
 * has the headings, and what can be done from where the person is now. */

static const GwCloudDiagnosis rows[] = {
  { GW_CLOUD_ERROR_FAILED,
    N_("The Cloud Reported an Error"),
    N_("Try again, or choose another authentication. The details below hold the cloud’s own "
       "words.") },
  { GW_CLOUD_ERROR_ENDPOINT,
    N_("Unusable Endpoint"),
    N_("Correct the endpoint of the account under Cloud Accounts.") },
  { GW_CLOUD_ERROR_NETWORK,
    N_("The Cloud Cannot Be Reached"),
    N_("Check your network and its proxy, then try again. Other authentications do without the "
       "cloud.") },
  { GW_CLOUD_ERROR_TIMED_OUT,
    N_("No Answer From the Cloud"),
    N_("Check your network, then try again in a while. Other authentications do without the "
       "cloud.") },
  { GW_CLOUD_ERROR_TLS,
    N_("The Cloud’s Certificate Is Not Trusted"),
    N_("Somebody between you and the cloud may be reading along. Check the clock of this computer "
       "and its network before you try again.") },
  { GW_CLOUD_ERROR_ANSWER,
    N_("Unreadable Answer From the Cloud"),
    N_("A proxy or a login page of the network may have answered instead of the cloud. Check the "
       "network, then try again.") },
  { GW_CLOUD_ERROR_KEY,
    N_("The AccessKey Is Not Accepted"),
    N_("Look at the account under Cloud Accounts, then try again.") },
  { GW_CLOUD_ERROR_SECRET,
    N_("The AccessKey Secret Is Wrong"),
    N_("Edit the account under Cloud Accounts, then try again.") },
  { GW_CLOUD_ERROR_EXPIRED,
    N_("The STS Token Has Expired"),
    N_("Renew the temporary AccessKey of the account, then try again.") },
  { GW_CLOUD_ERROR_CLOCK,
    N_("The Clocks Differ"),
    N_("Set the clock of this computer, then try again.") },
  { GW_CLOUD_ERROR_DENIED,
    N_("Not Permitted by RAM"),
    N_("Ask the administrator of the account for this permission: “Copy Request for "
       "Administrator” has all that they need. Until then, choose another authentication.") },
  { GW_CLOUD_ERROR_THROTTLED,
    N_("Too Many Calls"),
    N_("Wait a minute, then try again.") },
  { GW_CLOUD_ERROR_NOT_FOUND,
    N_("Not Found in the Cloud"),
    N_("The instance may have been released: refresh the list of instances.") },
  { GW_CLOUD_ERROR_NO_KEY,
    N_("No AccessKey"),
    N_("Look at the account under Cloud Accounts: its AccessKey or its profile is gone.") },
  { GW_CLOUD_ERROR_SIGN_IN,
    N_("The Sign-In Has Run Out"),
    N_("Sign in again with the aliyun CLI, then try again.") },
};

const GwCloudDiagnosis *
gw_diagnosis_table_find_cloud (GwCloudError code)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].code == code)
      return &rows[i];
  return &rows[0];
}
