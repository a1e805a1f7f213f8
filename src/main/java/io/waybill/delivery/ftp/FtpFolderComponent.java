package io.waybill.delivery.ftp;

import io.waybill.delivery.ServerAddress;
import io.waybill.rows.EndpointOptions;
import java.util.Map;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.remote.FtpComponent;
import org.apache.camel.component.file.remote.FtpConfiguration;
import org.apache.camel.component.file.remote.FtpUtils;
import org.apache.camel.spi.annotations.Component;
import org.apache.commons.net.ftp.FTPFile;

/** The {@code waybill-ftp:} component: camel-ftp's FTP, which sends files as they are. */
@Component("waybill-ftp")
public class FtpFolderComponent extends FtpComponent {

    @Override
    protected GenericFileEndpoint<FTPFile> buildFileEndpoint(
            String uri, String remaining, Map<String, Object> parameters) throws Exception {
        FtpFolderEndpoint endpoint = new FtpFolderEndpoint(
                uri, this, ServerAddress.withoutBrackets(new FtpConfiguration(ServerAddress.of(uri))));
        FtpUtils.ensureRelativeFtpDirectory(this, endpoint.getConfiguration());
        extractAndSetFtpClientConfigParameters(parameters, endpoint);
        extractAndSetFtpClientParameters(parameters, endpoint);
        EndpointOptions.check(endpoint, parameters, Map.of());
        return endpoint;
    }
}
