package io.waybill.flow;

import java.util.List;

/** The keys of {@code encryption}. */
public final class EncryptionKeys {

    public static final Key<List<String>> RECIPIENTS =
            Key.names("recipients", "files of OpenPGP's public keys: each of them can read the files");
    public static final Key<String> SIGN_WITH = Key.text("sign_with", "a file of a secret key that signs");
    public static final Key<String> PASSPHRASE = Key.text("passphrase", "what unlocks that key: a property placeholder")
            .secret();
    public static final Key<Boolean> ARMOR = Key.flag("armor", "whether the result is text");
    public static final Key<String> ZIP_PASSWORD = Key.text(
                    "zip_password", "AES-256 within zip archives: a property placeholder")
            .secret();

    public static final List<Key<?>> ALL = List.of(RECIPIENTS, SIGN_WITH, PASSPHRASE, ARMOR, ZIP_PASSWORD);

    private EncryptionKeys() {}
}
