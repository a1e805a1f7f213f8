/** Files of other tools to flows: what maps is taken over, and what does not is named. */
package io.waybill.adopt;
