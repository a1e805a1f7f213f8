package io.waybill.delivery;

import java.net.URI;
import java.util.Map;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.remote.SftpComponent;
import org.apache.camel.component.file.remote.SftpConfiguration;
import org.apache.camel.component.file.remote.SftpRemoteFile;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.util.StringHelper;

/** The {@code waybill-sftp:} component: camel-ftp's SFTP, which writes to servers that it knows, and renames over what is there. */
@Component("waybill-sftp")
public class SftpFolderComponent extends SftpComponent {

    @Override
    protected GenericFileEndpoint<SftpRemoteFile> buildFileEndpoint(
            String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SftpConfiguration configuration = new SftpConfiguration(new URI(StringHelper.before(uri, "?", uri)));
        String folder = configuration.getDirectory();
        // relative to where the user logs in to, as camel-ftp has it; an absolute one begins with two slashes
        configuration.setDirectory(folder != null && folder.startsWith("/") ? folder.substring(1) : folder);
        return new SftpFolderEndpoint(uri, this, configuration);
    }
}
