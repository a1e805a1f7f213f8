package io.waybill.delivery.sftp;

import io.waybill.delivery.ServerAddress;
import io.waybill.rows.EndpointOptions;
import java.util.Map;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.remote.SftpComponent;
import org.apache.camel.component.file.remote.SftpConfiguration;
import org.apache.camel.component.file.remote.SftpRemoteFile;
import org.apache.camel.spi.annotations.Component;

/** The {@code waybill-sftp:} component: camel-ftp's SFTP, which writes to servers that it knows, and renames over what is there. */
@Component("waybill-sftp")
public class SftpFolderComponent extends SftpComponent {

    @Override
    protected GenericFileEndpoint<SftpRemoteFile> buildFileEndpoint(
            String uri, String remaining, Map<String, Object> parameters) throws Exception {
        // camel-ftp makes all paths relative; here one begins where the user logs in to, and with a second slash at the
        // root
        SftpConfiguration configuration = ServerAddress.withoutBrackets(new SftpConfiguration(ServerAddress.of(uri)));
        SftpFolderEndpoint endpoint = new SftpFolderEndpoint(uri, this, configuration);
        EndpointOptions.check(endpoint, parameters, Map.of("uploadAhead", -1));
        return endpoint;
    }
}
