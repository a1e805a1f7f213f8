package io.waybill.delivery.sftp;

import static io.waybill.delivery.CommonSettings.CONNECT_TIMEOUT;
import static io.waybill.delivery.CommonSettings.LOGIN;
import static io.waybill.delivery.CommonSettings.TIMEOUT;
import static io.waybill.delivery.CommonSettings.UPLOAD_AHEAD;
import static io.waybill.delivery.CommonSettings.join;
import static io.waybill.settings.Setting.flag;
import static io.waybill.settings.Setting.text;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.SftpException;
import io.waybill.delivery.Connection;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.delivery.RemoteFolderKind;
import io.waybill.flow.Delivery;
import io.waybill.flow.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** A folder of an SFTP server. */
public final class SftpKind extends RemoteFolderKind {

    private static final List<Key<?>> SETTINGS = join(
            LOGIN,
            List.of(
                    text("private-key", "a file").option("privateKeyFile"),
                    text("private-key-passphrase", "").secret().option("privateKeyPassphrase"),
                    flag("agent", "keys of the ssh-agent that SSH_AUTH_SOCK names")
                            .option("agent"),
                    text("known-hosts", "a file").option("knownHostsFile").otherwise("~/.ssh/known_hosts"),
                    text("host-key", "the fingerprint of the server's key: SHA256:…")
                            .option("hostKey"),
                    flag("host-key-checking", "false: whoever answers gets the password")
                            .otherwise("true"),
                    UPLOAD_AHEAD,
                    CONNECT_TIMEOUT.otherwise("10000"),
                    TIMEOUT));

    /** What the SFTP client takes for a pattern: one that removes a file would remove more. */
    private static final Pattern PATTERN = Pattern.compile("[*?\\\\]");

    private static final String CLOSED = "the server has closed the connection";

    private static final Map<String, String> MEANINGS =
            Map.of("inputstream is closed", CLOSED, "Pipe closed", CLOSED, "session is down", CLOSED);

    public SftpKind() {
        super("sftp", SETTINGS);
    }

    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        String path = endpoint(delivery, connection, options);
        options.put("preferredAuthentications", "publickey,password,keyboard-interactive");
        options.put("useUserKnownHostsFile", hasHostKey(delivery, connection) ? "false" : null);
        if (connection.choice("host-key-checking", List.of("true", "false")).equals(Optional.of("false"))) {
            options.put("strictHostKeyChecking", "no");
            options.put("useUserKnownHostsFile", "false");
        }
        return path;
    }

    private static boolean hasHostKey(Delivery delivery, Connection connection) {
        return connection.has("host-key")
                || connection.has("known-hosts")
                || Stream.of("hostKey", "knownHostsFile")
                        .anyMatch(option -> delivery.options().containsKey(option)
                                || delivery.query().contains(option + "="));
    }

    @Override
    protected String nameProblem(String name) {
        return PATTERN.matcher(name).find() ? "has one of * ? \\, which stand for other files" : null;
    }

    @Override
    public boolean isLasting(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof SftpException sftp && sftp.id == ChannelSftp.SSH_FX_PERMISSION_DENIED
                || cause instanceof JSchHostKeyException
                || cause instanceof JSchException
                        && (message.startsWith("Auth ")
                                || message.contains("USERAUTH")
                                || message.contains("invalid privatekey"))
                || message.contains("no ssh-agent answers")
                || message.contains("Incorrect passphrase");
    }

    @Override
    public String explained(String reason) {
        return DeliveryFailure.explained(reason, MEANINGS);
    }
}
