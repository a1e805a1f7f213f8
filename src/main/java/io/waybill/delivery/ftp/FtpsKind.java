package io.waybill.delivery.ftp;

import static io.waybill.delivery.CommonSettings.TRUST_STORE;
import static io.waybill.delivery.CommonSettings.TRUST_STORE_PASSWORD;
import static io.waybill.delivery.CommonSettings.join;
import static io.waybill.settings.Setting.flag;

import java.util.List;

/** A folder of an FTP server, by TLS. */
public final class FtpsKind extends FtpKind {

    public FtpsKind() {
        super(
                "ftps",
                join(
                        SETTINGS,
                        List.of(
                                TRUST_STORE.option("ftpClient.trustStore.file"),
                                TRUST_STORE_PASSWORD.option("ftpClient.trustStore.password"),
                                flag("implicit", "encrypted from the first byte on")
                                        .option("implicit")
                                        .otherwise("false"))));
    }

    @Override
    public List<String> endpoints() {
        return List.of("waybill-ftps:");
    }
}
