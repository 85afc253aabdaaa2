/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Base"

#include "gw-error.h"

static const GDBusErrorEntry entries[] = {
  { GW_ERROR_FAILED, "org.gangway.Error.Failed" },
  { GW_ERROR_CANCELLED, "org.gangway.Error.Cancelled" },
  { GW_ERROR_PROTOCOL, "org.gangway.Error.Protocol" },
  { GW_ERROR_ENGINE, "org.gangway.Error.Engine" },
  { GW_ERROR_INVALID_HOST, "org.gangway.Error.InvalidHost" },
  { GW_ERROR_INVALID_PORT, "org.gangway.Error.InvalidPort" },
  { GW_ERROR_INVALID_USER, "org.gangway.Error.InvalidUser" },
  { GW_ERROR_INVALID_FILE, "org.gangway.Error.InvalidFile" },
  { GW_ERROR_TOO_LARGE, "org.gangway.Error.TooLarge" },
  { GW_ERROR_KEY_NOT_A_KEY, "org.gangway.Error.KeyNotAKey" },
  { GW_ERROR_KEY_IS_PUBLIC, "org.gangway.Error.KeyIsPublic" },
  { GW_ERROR_KEY_PUTTY, "org.gangway.Error.KeyPutty" },
  { GW_ERROR_KEY_UNSUPPORTED, "org.gangway.Error.KeyUnsupported" },
  { GW_ERROR_KEY_NEEDS_PASSPHRASE, "org.gangway.Error.KeyNeedsPassphrase" },
  { GW_ERROR_KEY_WRONG_PASSPHRASE, "org.gangway.Error.KeyWrongPassphrase" },
  { GW_ERROR_NO_NETWORK, "org.gangway.Error.NoNetwork" },
  { GW_ERROR_RESOLVE, "org.gangway.Error.Resolve" },
  { GW_ERROR_UNREACHABLE, "org.gangway.Error.Unreachable" },
  { GW_ERROR_REFUSED, "org.gangway.Error.Refused" },
  { GW_ERROR_TIMED_OUT, "org.gangway.Error.TimedOut" },
  { GW_ERROR_NOT_SSH, "org.gangway.Error.NotSsh" },
  { GW_ERROR_KEY_EXCHANGE, "org.gangway.Error.KeyExchange" },
  { GW_ERROR_HOST_KEY_REFUSED, "org.gangway.Error.HostKeyRefused" },
  { GW_ERROR_HOST_KEY_REVOKED, "org.gangway.Error.HostKeyRevoked" },
  { GW_ERROR_AUTH_REFUSED, "org.gangway.Error.AuthRefused" },
  { GW_ERROR_AUTH_METHOD, "org.gangway.Error.AuthMethod" },
  { GW_ERROR_AGENT, "org.gangway.Error.Agent" },
  { GW_ERROR_CHANNEL_REFUSED, "org.gangway.Error.ChannelRefused" },
  { GW_ERROR_CONNECTION_LOST, "org.gangway.Error.ConnectionLost" },
  { GW_ERROR_KEYRING, "org.gangway.Error.Keyring" },
  { GW_ERROR_KEYRING_ABSENT, "org.gangway.Error.KeyringAbsent" },
  { GW_ERROR_KEYRING_LOCKED, "org.gangway.Error.KeyringLocked" },
  { GW_ERROR_NO_SECRET, "org.gangway.Error.NoSecret" },
  { GW_ERROR_KEY_EXPIRED, "org.gangway.Error.KeyExpired" },
  { GW_ERROR_NOT_OF_ACCOUNT, "org.gangway.Error.NotOfAccount" },
  { GW_ERROR_NOT_RUNNING, "org.gangway.Error.NotRunning" },
  { GW_ERROR_NO_SUCH_ACCOUNT, "org.gangway.Error.NoSuchAccount" },
  { GW_ERROR_ASSISTANT_MISSING, "org.gangway.Error.AssistantMissing" },
  { GW_ERROR_ASSISTANT_OLD, "org.gangway.Error.AssistantOld" },
  { GW_ERROR_ASSISTANT_STOPPED, "org.gangway.Error.AssistantStopped" },
  { GW_ERROR_ASSISTANT_BUSY, "org.gangway.Error.AssistantBusy" },
  { GW_ERROR_ASSISTANT_TIMED_OUT, "org.gangway.Error.AssistantTimedOut" },
  { GW_ERROR_ASSISTANT_FAILED, "org.gangway.Error.AssistantFailed" },
};

/* Each code has a name, or an error would cross the bus as an unmapped one. */
G_STATIC_ASSERT (G_N_ELEMENTS (entries) == GW_ERROR_ASSISTANT_FAILED + 1);

GQuark
gw_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("gw-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark) quark;
}
