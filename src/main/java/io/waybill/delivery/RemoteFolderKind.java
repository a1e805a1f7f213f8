package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.Key;
import io.waybill.flow.Library;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;

/** What kinds share that write files to the folder of a server one logs in to. */
public abstract class RemoteFolderKind extends CamelKind {

    /** Camel has them all in one. */
    private static final Library LIBRARY = new Library(
            "org.apache.camel:camel-ftp",
            "org.apache.camel.component.file.remote.RemoteFileEndpoint",
            List.of("waybill-sftp", "waybill-ftp", "waybill-ftps"));

    private final String scheme;

    protected RemoteFolderKind(String scheme, List<Key<?>> settings) {
        super(scheme, scheme + "://host/folder/", settings, scheme);
        this.scheme = scheme;
    }

    @Override
    public final Optional<Library> library() {
        return Optional.of(LIBRARY);
    }

    @Override
    public List<String> endpoints() {
        return List.of("waybill-" + scheme + ":");
    }

    @Override
    public final Optional<String> probe(Connection connection) {
        return connection.has("host") ? Optional.of(scheme + ":") : Optional.empty();
    }

    @Override
    protected final String authority(Delivery delivery, Connection connection) {
        String authority = delivery.authority().isEmpty() ? connection.server() : delivery.authority();
        if (authority == null) {
            throw WaybillException.refusal(
                    "delivery \"" + delivery.id() + "\": " + delivery.uri().text() + " names no host; write " + scheme
                            + "://host/folder/, or a connection that has one");
        }
        return authority;
    }

    /** The endpoint without its options, after those that all such servers have. */
    protected final String endpoint(Delivery delivery, Connection connection, Map<String, String> options) {
        // a server that renames over a file does so; from others it is removed at the last moment
        options.put("fileExist", "TryRename");
        if (delivery.ifExists() != IfExists.OVERWRITE) {
            options.put("fileExist", "Fail");
            options.put("eagerDeleteTargetFile", "false");
        }
        options.put("tempFileName", Transfer.TEMPORARY_NAME);
        options.put("stepwise", "false");
        options.put("maximumReconnectAttempts", "0"); // the route tries again
        return "waybill-" + scheme + ":" + authority(delivery, connection) + "/" + Destinations.folder(delivery);
    }

    @Override
    protected final FileStore store(Endpoint endpoint) throws IOException {
        return endpoint instanceof RemoteFileEndpoint<?> folder ? RemoteFolder.open(folder) : super.store(endpoint);
    }
}
