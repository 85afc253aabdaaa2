/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Session"

#include "config.h"

#include "gw-diagnosis-table.h"

#include <glib/gi18n.h>

/* One table for every way to fail. The causes and remedies are those that cloud vendors' own
 * support pages name. Rows of one code stand from the special to the general, the last one fits
 * every phase and method. It is long because it is a table: cutting it up would hide gaps. */

#define EACH -1
#define ANY GW_PHASE_NEW, GW_PHASE_CLOSED
#define ONLY(phase) phase, phase

static const GwDiagnosisRow rows[] = {
  { GW_ERROR_FAILED, ANY, EACH,
    N_("Something Went Wrong"),
    N_("The session with {host}, port {port}, failed for a reason that Gangway does not know."),
    N_("Try again. The details below hold the exact words.") },
  { GW_ERROR_CANCELLED, ANY, EACH,
    N_("Cancelled"),
    N_("The login at {host}, port {port}, was stopped before it was finished."),
    N_("Try again whenever you like.") },
  { GW_ERROR_PROTOCOL, ANY, EACH,
    N_("Gangway Does Not Understand Its Helper"),
    N_("The program gangway-session, which holds the connection to {host}, port {port}, gave an "
       "answer that makes no sense."),
    N_("After an update, close all of Gangway’s windows and start it again. If it happens still, "
       "install Gangway anew.") },
  { GW_ERROR_ENGINE, GW_PHASE_OPEN, GW_PHASE_CLOSED, EACH,
    N_("The Session’s Program Stopped"),
    N_("The program gangway-session, which held the connection to {host}, port {port}, ended "
       "unexpectedly. Other tabs are not affected."),
    N_("Reconnect to start a new session. Programs that ran in this one have been hung up.") },
  { GW_ERROR_ENGINE, ANY, EACH,
    N_("The Session’s Program Stopped"),
    N_("The program gangway-session, which connects to {host}, port {port}, could not be started "
       "or ended unexpectedly. Other tabs are not affected."),
    N_("Try again. If it happens each time, install Gangway anew: the program may be missing or "
       "damaged.") },

  { GW_ERROR_INVALID_HOST, ANY, EACH,
    N_("Not a Host Name"),
    N_("“{host}” is neither a host name nor an IP address that can be connected to."),
    N_("Check it for spaces and special characters. A name looks like server.example.com, an "
       "address like 203.0.113.7 or 2001:db8::1.") },
  { GW_ERROR_INVALID_PORT, ANY, EACH,
    N_("Not a Port"),
    N_("The port {port} of {host} is not a number from 1 to 65535."),
    N_("Correct the port under More Options. SSH servers usually listen on port 22.") },
  { GW_ERROR_INVALID_USER, ANY, EACH,
    N_("Not a Login Name"),
    N_("“{user}” cannot be used as a username at {host}, port {port}."),
    N_("Check the username for spaces and special characters.") },
  { GW_ERROR_INVALID_FILE, GW_PHASE_NEW, GW_PHASE_HOST_KEY, EACH,
    N_("Known Hosts Cannot Be Read"),
    N_("A file with the keys of known hosts cannot be read, so the identity of {host}, port "
       "{port}, cannot be checked."),
    N_("Look at the file that the details name, usually ~/.ssh/known_hosts: it must be a readable "
       "text file.") },
  { GW_ERROR_INVALID_FILE, ANY, EACH,
    N_("Unusable File"),
    N_("A file that the session with {host}, port {port}, needs is not what it should be."),
    N_("Look at the file that the details name.") },
  { GW_ERROR_TOO_LARGE, ANY, EACH,
    N_("Too Large"),
    N_("A key, a secret or an answer in the session with {host}, port {port}, is larger than "
       "Gangway accepts."),
    N_("Check that the right file was chosen as private key: keys are a few kilobytes at most.") },

  { GW_ERROR_KEY_NOT_A_KEY, ANY, EACH,
    N_("Not a Private Key"),
    N_("The text given for {user} at {host}, port {port}, holds no private key, or only a part "
       "of one."),
    N_("Choose the file without “.pub” at its end, or paste the whole text from “-----BEGIN” to "
       "“-----END”.") },
  { GW_ERROR_KEY_IS_PUBLIC, ANY, EACH,
    N_("This Is the Public Key"),
    N_("A public key was given for {user} at {host}, port {port}; logging in takes the private "
       "one."),
    N_("Choose the file of the same name without “.pub” at its end.") },
  { GW_ERROR_KEY_PUTTY, ANY, EACH,
    N_("Key in PuTTY’s Format"),
    N_("The private key given for {user} at {host}, port {port}, is written in PuTTY’s own "
       "format."),
    N_("Convert it with “puttygen KEY.ppk -O private-openssh -o NEW”, or in PuTTYgen with "
       "Conversions, Export OpenSSH Key.") },
  { GW_ERROR_KEY_UNSUPPORTED, ANY, EACH,
    N_("Unsupported Kind of Key"),
    N_("The private key given for {user} at {host}, port {port}, is of a kind that cannot be used "
       "here."),
    N_("Use an Ed25519, RSA or ECDSA key. For keys on a security token, load the key into the SSH "
       "agent and choose it there.") },
  { GW_ERROR_KEY_NEEDS_PASSPHRASE, ANY, EACH,
    N_("The Key Is Encrypted"),
    N_("The private key given for {user} at {host}, port {port}, is protected by a passphrase, "
       "and none was given."),
    N_("Edit the login and fill in the passphrase of the private key.") },
  { GW_ERROR_KEY_WRONG_PASSPHRASE, ANY, EACH,
    N_("Wrong Passphrase"),
    N_("The passphrase does not open the private key given for {user} at {host}, port {port}."),
    N_("Type it again. It is the passphrase of the key file, not the password of the account.") },

  { GW_ERROR_NO_NETWORK, ANY, EACH,
    N_("No Network"),
    N_("This computer has no network through which {host}, port {port}, could be reached."),
    N_("Check the network connection, and the VPN if the host needs one, then try again.") },
  { GW_ERROR_RESOLVE, ANY, EACH,
    N_("Host Not Found"),
    N_("The name {host} (port {port}) has no address."),
    N_("Check the name for typing errors. Names of a company or home network are known only inside "
       "it: a VPN may be missing. Or use the IP address.") },
  { GW_ERROR_UNREACHABLE, ANY, EACH,
    N_("Host Unreachable"),
    N_("No way through the network leads to {host}, port {port}."),
    N_("Check the address and your network or VPN, or choose another address of the instance under "
       "Connection.") },
  { GW_ERROR_REFUSED, ANY, EACH,
    N_("Connection Refused"),
    N_("{host} answered, but nothing accepts connections on port {port}."),
    N_("Check the port under More Options. On the server, check that the SSH service (sshd) runs, "
       "and on which port it listens.") },

  { GW_ERROR_TIMED_OUT, ONLY (GW_PHASE_RESOLVE), EACH,
    N_("No Answer to the Name"),
    N_("Looking up the address of {host} (port {port}) took too long."),
    N_("Check your network, or use the IP address instead of the name.") },
  { GW_ERROR_TIMED_OUT, GW_PHASE_NEW, GW_PHASE_CONNECT, EACH,
    N_("No Answer"),
    N_("{host} does not answer on port {port}."),
    N_("Check that the instance is running, that the address is right, and that its security group "
       "or firewall lets TCP port {port} in from your address.") },
  { GW_ERROR_TIMED_OUT, ONLY (GW_PHASE_KEY_EXCHANGE), EACH,
    N_("The Server Is Silent"),
    N_("{host} accepted the connection on port {port}, but did not go on with SSH in time."),
    N_("The server may be overloaded, or port {port} belongs to another service. Check the port, "
       "or try again in a while.") },
  { GW_ERROR_TIMED_OUT, ONLY (GW_PHASE_AUTHENTICATION), GW_METHOD_SSH_KEY,
    N_("The Login Was Not Answered"),
    N_("{host}, port {port}, did not answer the login of {user} in time."),
    N_("If the key is in an SSH agent, look whether the agent waits for a confirmation. Otherwise "
       "the server may be overloaded: try again in a while.") },
  { GW_ERROR_TIMED_OUT, ONLY (GW_PHASE_AUTHENTICATION), GW_METHOD_TEMPORARY_KEY,
    N_("The Login Was Not Answered"),
    N_("{host}, port {port}, did not answer the login of {user} with the one-minute key in time."),
    N_("The instance “{instance}” may be overloaded, so that looking up the key takes too long. "
       "Try again: a new key is made each time.") },
  { GW_ERROR_TIMED_OUT, ONLY (GW_PHASE_AUTHENTICATION), EACH,
    N_("The Login Was Not Answered"),
    N_("{host}, port {port}, did not answer the login of {user} in time."),
    N_("The server may be overloaded, or cannot reach its directory of accounts. Try again in a "
       "while.") },
  { GW_ERROR_TIMED_OUT, GW_PHASE_CHANNEL, GW_PHASE_CLOSED, EACH,
    N_("No Terminal in Time"),
    N_("{host}, port {port}, accepted the login of {user}, but did not open a terminal in time."),
    N_("The server may be overloaded, or its shell hangs at the start, for instance on a network "
       "file system.") },
  { GW_ERROR_TIMED_OUT, ANY, EACH,
    N_("No Answer in Time"),
    N_("{host}, port {port}, did not answer in time."),
    N_("Check the network and that the instance is running, then try again.") },

  { GW_ERROR_NOT_SSH, ANY, EACH,
    N_("Not an SSH Server"),
    N_("What answers at {host} on port {port} does not speak SSH."),
    N_("Check the port under More Options: another service, such as a web server, seems to listen "
       "there.") },
  { GW_ERROR_KEY_EXCHANGE, ANY, EACH,
    N_("No Common Encryption"),
    N_("{host}, port {port}, and Gangway could not agree on how to encrypt the connection."),
    N_("Very old servers offer only methods that are no longer safe: update the server. On a "
       "newer one, check that its host key files are there, with mode 600.") },
  { GW_ERROR_HOST_KEY_REFUSED, ANY, EACH,
    N_("Host Key Not Trusted"),
    N_("The key of {host}, port {port}, was not accepted, so nothing was sent to it."),
    N_("Compare the fingerprint with the one that the server’s administrator or the console of "
       "your cloud shows, then connect again.") },
  { GW_ERROR_HOST_KEY_REVOKED, ANY, EACH,
    N_("Host Key Revoked"),
    N_("The key that {host}, port {port}, shows is marked as revoked in your known hosts. Whoever "
       "has it may pretend to be this host."),
    N_("Do not connect. Ask the administrator of the server for its new key.") },

  { GW_ERROR_AUTH_REFUSED, ANY, GW_METHOD_PASSWORD,
    N_("Login Refused"),
    N_("{host}, port {port}, does not accept this username and password for {user}."),
    N_("Check the username (root on most Linux images) and the password. The server may also "
       "forbid logins of this user (PermitRootLogin, AllowUsers) or lock accounts after several "
       "failures.") },
  { GW_ERROR_AUTH_REFUSED, ANY, GW_METHOD_SSH_KEY,
    N_("Key Refused"),
    N_("{host}, port {port}, does not accept this key for {user}."),
    N_("Check the username, and that the public half of this key stands in ~/.ssh/authorized_keys "
       "on the server, or that the key pair is bound to the instance. There, ~/.ssh must have mode "
       "700 and the file mode 600.") },
  { GW_ERROR_AUTH_REFUSED, ANY, GW_METHOD_CREDENTIAL,
    N_("Credential Refused"),
    N_("{host}, port {port}, does not accept this credential for {user}."),
    N_("Choose another credential, or correct this one: its username, and its password or key. The "
       "server may also forbid logins of this user or lock accounts after several failures.") },
  { GW_ERROR_AUTH_REFUSED, ANY, GW_METHOD_TEMPORARY_KEY,
    N_("Key Delivered but Refused"),
    N_("Cloud Assistant put the one-minute key for {user} on “{instance}”, but the SSH server at "
       "{host}, port {port}, does not accept it."),
    N_("On the instance, look whether sshd_config lets this account in (AllowUsers, "
       "PermitRootLogin), whether AuthorizedKeysCommand is set to something else, and whether its "
       "clock is right: a key counts for a minute only. The address must also be that of this "
       "instance.") },
  { GW_ERROR_AUTH_REFUSED, ANY, EACH,
    N_("Login Refused"),
    N_("{host}, port {port}, does not accept the login of {user}."),
    N_("Check the username and what you log in with.") },
  { GW_ERROR_AUTH_METHOD, ANY, GW_METHOD_PASSWORD,
    N_("Passwords Are Not Accepted"),
    N_("{host}, port {port}, does not let {user} log in with a password."),
    N_("Choose SSH Key Authentication, or allow passwords on the server (PasswordAuthentication in "
       "sshd_config).") },
  { GW_ERROR_AUTH_METHOD, ANY, GW_METHOD_SSH_KEY,
    N_("Keys Are Not Accepted"),
    N_("{host}, port {port}, does not let {user} log in with an SSH key."),
    N_("Choose Password-based, or allow keys on the server (PubkeyAuthentication in "
       "sshd_config).") },
  { GW_ERROR_AUTH_METHOD, ANY, GW_METHOD_CREDENTIAL,
    N_("Credential of the Wrong Type"),
    N_("{host}, port {port}, does not let {user} log in with a credential of this type."),
    N_("Choose a credential of the other type, Password or Private Key, or allow this one on the "
       "server (PasswordAuthentication, PubkeyAuthentication in sshd_config).") },
  { GW_ERROR_AUTH_METHOD, ANY, GW_METHOD_TEMPORARY_KEY,
    N_("Keys Are Not Accepted"),
    N_("The SSH server at {host}, port {port}, does not let {user} log in with a key, so the "
       "one-minute key for “{instance}” is of no use."),
    N_("Allow keys on the server (PubkeyAuthentication in sshd_config), or choose "
       "Password-based.") },
  { GW_ERROR_AUTH_METHOD, ANY, EACH,
    N_("Another Way to Log In Is Needed"),
    N_("{host}, port {port}, does not offer this way to log in to {user}."),
    N_("Choose another authentication.") },
  { GW_ERROR_AGENT, ANY, EACH,
    N_("No Answer From the SSH Agent"),
    N_("The SSH agent, which holds the key for {user} at {host}, port {port}, is not running, does "
       "not answer, or does not have the key any more."),
    N_("Check with “ssh-add -l” that it runs and lists the key, or choose a key file instead.") },
  { GW_ERROR_CHANNEL_REFUSED, ANY, EACH,
    N_("No Terminal"),
    N_("{host}, port {port}, accepted the login of {user}, but opens no terminal."),
    N_("The account may be meant for file transfer only, its shell may be missing, or the server "
       "has reached its limit of sessions (MaxSessions) or of terminals.") },

  { GW_ERROR_KEYRING, ANY, EACH,
    N_("The Keyring Does Not Work"),
    N_("The desktop’s keyring, which holds the secret for {user} at {host}, port {port}, did not "
       "answer as it should."),
    N_("Try again. If it happens each time, look at the keyring in the desktop’s password manager, "
       "or edit the login and type the secret.") },
  { GW_ERROR_KEYRING_ABSENT, ANY, EACH,
    N_("No Keyring"),
    N_("The secret for {user} at {host}, port {port}, is in the desktop’s keyring, and no keyring "
       "(Secret Service) is running."),
    N_("Start one, such as GNOME Keyring or KWallet, and try again, or edit the login and type the "
       "secret.") },
  { GW_ERROR_KEYRING_LOCKED, ANY, EACH,
    N_("The Keyring Is Locked"),
    N_("The secret for {user} at {host}, port {port}, is in the desktop’s keyring, which is "
       "locked."),
    N_("Try again and unlock it when the desktop asks, or edit the login and type the secret.") },
  { GW_ERROR_NO_SECRET, ANY, GW_METHOD_CREDENTIAL,
    N_("The Credential Is Gone"),
    N_("The credential with which to log in at {host}, port {port}, is not in the keyring any "
       "more."),
    N_("Edit the login and choose another credential, or create it again.") },
  { GW_ERROR_NO_SECRET, ANY, GW_METHOD_SSH_KEY,
    N_("The Private Key Is Gone"),
    N_("The private key with which {user} logs in at {host}, port {port}, cannot be read from "
       "where it was kept."),
    N_("Edit the login and choose the key again. The details say where it is missing.") },
  { GW_ERROR_NO_SECRET, ANY, EACH,
    N_("The Saved Secret Is Gone"),
    N_("What was saved for {user} at {host}, port {port}, is not in the keyring any more."),
    N_("Edit the login and type the secret again.") },

  { GW_ERROR_KEY_EXPIRED, ANY, EACH,
    N_("The Key Expired Before It Was Used"),
    N_("The one-minute key for {user} on “{instance}” ({host}, port {port}) ran out before the "
       "login was finished."),
    N_("Try again: a new key is made each time. If it happens each time, Cloud Assistant is too "
       "slow there, or busy with other commands.") },
  { GW_ERROR_NOT_OF_ACCOUNT, ANY, EACH,
    N_("Not an Instance of Your Accounts"),
    N_("No cloud account that is set up here has “{instance}” ({host}, port {port}), so nobody can "
       "send a one-minute key to it."),
    N_("Add the account that has the instance under Cloud Accounts and refresh the list, or choose "
       "another authentication.") },
  { GW_ERROR_NOT_RUNNING, ANY, EACH,
    N_("The Instance Is Not Running"),
    N_("“{instance}” ({host}, port {port}) cannot be logged in to in the state that it is in."),
    N_("Its page in the console says more about its state. Try again once it runs.") },
  { GW_ERROR_NO_SUCH_ACCOUNT, ANY, EACH,
    N_("No Such Account"),
    N_("“{instance}” ({host}, port {port}) has no account of the name {user}."),
    N_("Most Linux images have root; some have ecs-user instead.") },
  { GW_ERROR_ASSISTANT_MISSING, ANY, EACH,
    N_("Cloud Assistant Is Not Installed"),
    N_("Cloud Assistant Agent was never heard from on “{instance}” ({host}, port {port}), so no "
       "one-minute key can be sent to it."),
    N_("Until then, log in another way; the package aliyun_assist can be installed there, too.") },
  { GW_ERROR_ASSISTANT_OLD, ANY, EACH,
    N_("Cloud Assistant Is Too Old"),
    N_("Cloud Assistant Agent on “{instance}” ({host}, port {port}) is too old to take one-minute "
       "keys."),
    N_("Try again when it is updated. Until then, choose another authentication.") },
  { GW_ERROR_ASSISTANT_STOPPED, ANY, EACH,
    N_("Cloud Assistant Does Not Run"),
    N_("Cloud Assistant Agent on “{instance}” ({host}, port {port}) does not answer, so no "
       "one-minute key can be sent to it."),
    N_("Try again when it runs. Until then, choose another authentication, or Open in Browser.") },
  { GW_ERROR_ASSISTANT_BUSY, ANY, EACH,
    N_("Cloud Assistant Is Busy"),
    N_("Cloud Assistant Agent on “{instance}” ({host}, port {port}) did not take the key, being at "
       "work on something else."),
    N_("If that does not end, the console’s Cloud Assistant page lists the commands under way. "
       "Until then, choose another authentication.") },
  { GW_ERROR_ASSISTANT_TIMED_OUT, ANY, EACH,
    N_("The Delivery Took Too Long"),
    N_("Cloud Assistant did not finish in time on “{instance}” ({host}, port {port})."),
    N_("If it happens each time, look whether the instance is overloaded or its network is broken, "
       "with Open in Browser for instance.") },
  { GW_ERROR_ASSISTANT_FAILED, ANY, EACH,
    N_("The Key Could Not Be Delivered"),
    N_("A command of Cloud Assistant failed on “{instance}” ({host}, port {port})."),
    N_("The disk of the instance may be full, or sshd_config may be protected against changes. "
       "Until that is mended, choose another authentication.") },

  { GW_ERROR_CONNECTION_LOST, GW_PHASE_CONNECT, GW_PHASE_KEY_EXCHANGE, EACH,
    N_("The Server Hung Up"),
    N_("{host} closed the connection on port {port} before the login began."),
    N_("The server may block your address (hosts.deny, fail2ban, a security service) or have too "
       "many logins under way. Try again in a while, or from another network.") },
  { GW_ERROR_CONNECTION_LOST, ONLY (GW_PHASE_AUTHENTICATION), EACH,
    N_("The Server Hung Up"),
    N_("{host}, port {port}, closed the connection while {user} was logging in."),
    N_("Servers do so after several failed tries (MaxAuthTries) and when a login takes too long "
       "(LoginGraceTime). Check the username and secret, then try again.") },
  { GW_ERROR_CONNECTION_LOST, ONLY (GW_PHASE_CHANNEL), EACH,
    N_("The Server Hung Up"),
    N_("{host}, port {port}, accepted the login of {user} and then closed the connection."),
    N_("The account may be expired or locked, or its shell may be missing. The server’s log says "
       "which.") },
  { GW_ERROR_CONNECTION_LOST, GW_PHASE_OPEN, GW_PHASE_CLOSED, EACH,
    N_("Connection Lost"),
    N_("The connection to {host}, port {port}, broke."),
    N_("Check your network, and that the instance is still running, then reconnect.") },
  { GW_ERROR_CONNECTION_LOST, ANY, EACH,
    N_("Connection Lost"),
    N_("The connection to {host}, port {port}, broke before the login was finished."),
    N_("Check your network and try again.") },
};

const GwDiagnosisRow *
gw_diagnosis_table_find (GwError  code,
                         GwPhase  phase,
                         GwMethod method)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].code == code && rows[i].from <= phase && phase <= rows[i].to &&
          (rows[i].method == EACH || rows[i].method == (int) method))
        return &rows[i];
    }
  return &rows[0];
}
