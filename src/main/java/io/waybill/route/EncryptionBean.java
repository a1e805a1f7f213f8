package io.waybill.route;

import io.waybill.flow.Compression;
import io.waybill.flow.Encryption;
import io.waybill.flow.EncryptionRules;
import io.waybill.flow.NameList;
import io.waybill.flow.Refusal;
import io.waybill.part.OpenPgpFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

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

    /** An encryption with what its placeholders stand for. */
    static Encryption resolved(Encryption encryption, UnaryOperator<String> placeholders) {
        if (encryption instanceof Encryption.ZipAes zip) {
            return new Encryption.ZipAes(placeholders.apply(zip.password()));
        }
        Encryption.OpenPgp pgp = (Encryption.OpenPgp) encryption;
        return new Encryption.OpenPgp(
                pgp.recipients().stream().map(placeholders).toList(),
                pgp.signWith() == null ? null : placeholders.apply(pgp.signWith()),
                pgp.passphrase() == null ? null : placeholders.apply(pgp.passphrase()),
                pgp.armor());
    }

    /** Reads the keys of an encryption; null where it needs none. */
    static OpenPgpFile openPgp(Encryption encryption) {
        return encryption instanceof Encryption.OpenPgp pgp
                ? OpenPgpFile.of(pgp.recipients(), pgp.signWith(), pgp.passphrase(), pgp.armor())
                : null;
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
