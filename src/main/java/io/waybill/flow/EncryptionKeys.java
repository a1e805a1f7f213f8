package io.waybill.flow;

import java.util.List;

/** The keys of {@code encryption}. */
final class EncryptionKeys {

    static final Key<List<String>> RECIPIENTS =
            Key.names("recipients", "files of OpenPGP's public keys: each of them can read the files");
    static final Key<String> SIGN_WITH = Key.text("sign_with", "a file of a secret key that signs");
    static final Key<String> PASSPHRASE = Key.text("passphrase", "what unlocks that key: a property placeholder")
            .secret();
    static final Key<Boolean> ARMOR = Key.flag("armor", "whether the result is text");
    static final Key<String> ZIP_PASSWORD = Key.text(
                    "zip_password", "AES-256 within zip archives: a property placeholder")
            .secret();

    static final List<Key<?>> ALL = List.of(RECIPIENTS, SIGN_WITH, PASSPHRASE, ARMOR, ZIP_PASSWORD);

    private EncryptionKeys() {}
}
