package io.waybill.route;

import io.waybill.flow.Compression;
import io.waybill.flow.Encryption;
import io.waybill.flow.EncryptionRules;
import io.waybill.flow.NameList;
import io.waybill.flow.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An {@link Encryption} as a bean of a route file; Camel puts in what its placeholders stand for. */
public class EncryptionBean {

    private String recipients;
    private String signWith;
    private String passphrase;
    private boolean armor;
    private String zipPassword;

    /** The bean's properties for an encryption. */
    static Map<String, Object> properties(Encryption encryption) {
        Map<String, Object> properties = new LinkedHashMap<>();
        if (encryption instanceof Encryption.OpenPgp pgp) {
            properties.put("recipients", NameList.join(pgp.recipients()));
            if (pgp.signWith() != null) {
                properties.put("signWith", pgp.signWith());
            }
            if (pgp.passphrase() != null) {
                properties.put("passphrase", pgp.passphrase());
            }
            if (pgp.armor()) {
                properties.put("armor", "true");
            }
        } else if (encryption instanceof Encryption.ZipAes zip) {
            properties.put("zipPassword", zip.password());
        }
        return properties;
    }

    /** What is wrong with it, by the keys of a flow's encryption. */
    List<Refusal> check(Compression compression) {
        return EncryptionRules.check(NameList.split(recipients), signWith, passphrase, armor, zipPassword, compression);
    }

    Encryption toEncryption() {
        return zipPassword != null
                ? new Encryption.ZipAes(zipPassword)
                : new Encryption.OpenPgp(NameList.split(recipients), signWith, passphrase, armor);
    }

    public String getRecipients() {
        return recipients;
    }

    public void setRecipients(String recipients) {
        this.recipients = recipients;
    }

    public String getSignWith() {
        return signWith;
    }

    public void setSignWith(String signWith) {
        this.signWith = signWith;
    }

    public String getPassphrase() {
        return passphrase;
    }

    public void setPassphrase(String passphrase) {
        this.passphrase = passphrase;
    }

    public boolean isArmor() {
        return armor;
    }

    public void setArmor(boolean armor) {
        this.armor = armor;
    }

    public String getZipPassword() {
        return zipPassword;
    }

    public void setZipPassword(String zipPassword) {
        this.zipPassword = zipPassword;
    }
}
