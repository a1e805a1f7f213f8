package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;

/** How the settings of an encryption go together; the same for flow files and for the beans of routes. */
public final class EncryptionRules {

    private EncryptionRules() {}

    /**
     * Checks the encryption of an export's values.
     *
     * @return what is wrong, by the keys of {@code encryption}
     */
    public static List<Refusal> check(Values values) {
        List<String> recipients = values.get(EncryptionKeys.RECIPIENTS);
        String signWith = values.get(EncryptionKeys.SIGN_WITH);
        String passphrase = values.get(EncryptionKeys.PASSPHRASE);
        String zipPassword = values.get(EncryptionKeys.ZIP_PASSWORD);
        List<Refusal> refusals = new ArrayList<>();
        if (zipPassword != null) {
            if (values.get(ExportKeys.COMPRESSION) != Compression.ZIP) {
                refusals.add(new Refusal("zip_password", "is for compression = \"zip\" alone"));
            }
            if (!recipients.isEmpty() || signWith != null || passphrase != null || values.get(EncryptionKeys.ARMOR)) {
                refusals.add(new Refusal("zip_password", "does not go with OpenPGP; one of them is allowed"));
            }
            return refusals;
        }
        if (recipients.isEmpty()) {
            refusals.add(
                    new Refusal(
                            "recipients",
                            "is missing; write for example recipients = [\"keys/partner.asc\"], or zip_password = \"{{env:NAME}}\""));
        }
        if (passphrase != null && signWith == null) {
            refusals.add(new Refusal("passphrase", "is for the key of sign_with, which is missing"));
        }
        return refusals;
    }

    /** A name that promises an encryption, and nothing encrypts so: null where that is not so. */
    public static String unfulfilled(Encryption encryption, List<String> paths) {
        return !(encryption instanceof Encryption.OpenPgp) && paths.stream().anyMatch(path -> path.endsWith(".pgp"))
                ? "ends in .pgp, and nothing encrypts to OpenPGP; write for example"
                        + " encryption = { recipients = [\"keys/partner.asc\"] }"
                : null;
    }
}
