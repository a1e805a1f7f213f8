package io.waybill.delivery.ftp;

import io.waybill.delivery.ServerAddress;
import io.waybill.rows.EndpointOptions;
import java.util.Map;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.remote.FtpUtils;
import org.apache.camel.component.file.remote.FtpsComponent;
import org.apache.camel.component.file.remote.FtpsConfiguration;
import org.apache.camel.spi.annotations.Component;
import org.apache.commons.net.ftp.FTPFile;

/** The {@code waybill-ftps:} component: camel-ftp's FTPS, which talks to servers alone whose certificate holds. */
@Component("waybill-ftps")
public class FtpsFolderComponent extends FtpsComponent {

    @Override
    protected GenericFileEndpoint<FTPFile> buildFileEndpoint(
            String uri, String remaining, Map<String, Object> parameters) throws Exception {
        // takes the options that begin with ftpClient. for its endpoint
        FtpsFolderEndpoint endpoint = new FtpsFolderEndpoint(
                uri, this, ServerAddress.withoutBrackets(new FtpsConfiguration(ServerAddress.of(uri))));
        FtpUtils.ensureRelativeFtpDirectory(this, endpoint.getConfiguration());
        extractAndSetFtpClientKeyStoreParameters(parameters, endpoint);
        extractAndSetFtpClientTrustStoreParameters(parameters, endpoint);
        EndpointOptions.check(endpoint, parameters, Map.of());
        return endpoint;
    }
}
