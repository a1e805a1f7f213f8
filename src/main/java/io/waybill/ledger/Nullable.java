package io.waybill.ledger;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A component of a row's record that not every query has a column of; Jdbi knows it by its name. */
@Retention(RetentionPolicy.RUNTIME)
@interface Nullable {}
