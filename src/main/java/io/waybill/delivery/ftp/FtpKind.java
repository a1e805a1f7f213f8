package io.waybill.delivery.ftp;

import static io.waybill.delivery.CommonSettings.CONNECT_TIMEOUT;
import static io.waybill.delivery.CommonSettings.LOGIN;
import static io.waybill.delivery.CommonSettings.TIMEOUT;
import static io.waybill.delivery.CommonSettings.join;
import static io.waybill.settings.Setting.flag;

import io.waybill.WaybillException;
import io.waybill.delivery.Connection;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.RemoteFolderKind;
import io.waybill.flow.Delivery;
import io.waybill.flow.Key;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.FtpEndpoint;

/** A folder of an FTP server. */
public class FtpKind extends RemoteFolderKind {

    static final List<Key<?>> SETTINGS = join(
            LOGIN,
            List.of(
                    flag("passive", "the server opens the port for the data")
                            .option("passiveMode")
                            .otherwise("true"),
                    CONNECT_TIMEOUT.otherwise("10000"),
                    TIMEOUT));

    /** Of a route that was printed when Camel's own endpoint was used. */
    private static final String FORMER = "ftp:";

    public FtpKind() {
        this("ftp", SETTINGS);
    }

    FtpKind(String scheme, List<Key<?>> settings) {
        super(scheme, settings);
    }

    @Override
    public List<String> endpoints() {
        return List.of("waybill-ftp:", FORMER);
    }

    @Override
    public final String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        if (Destinations.folder(delivery).startsWith("/")) {
            throw WaybillException.refusal(
                    "delivery \"" + delivery.id() + "\": " + delivery.uri().text() + " begins at the root; paths of "
                            + delivery.scheme() + " begin where one logs in");
        }
        String path = endpoint(delivery, connection, options);
        options.put("passiveMode", "true");
        return path;
    }

    /** Camel's own sends text where nobody says otherwise. */
    @Override
    protected final Endpoint endpoint(CamelContext context, String uri) {
        Endpoint there = context.getEndpoint(uri);
        if (uri.startsWith(FORMER) && there instanceof FtpEndpoint<?> ftp) {
            ftp.getConfiguration().setBinary(true);
            return context.getEndpoint("waybill-" + uri);
        }
        return there;
    }

    @Override
    public final boolean isLasting(Throwable cause) {
        return cause instanceof GenericFileOperationFailedException ftp && ftp.getCode() / 100 == 5;
    }
}
