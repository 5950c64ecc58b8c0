package org.chrootlite.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.math.BigDecimal;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class QuantityProperties {
  @Property
  void aSizeIsReadAsItWasWritten(@ForAll @LongRange(min = 0) long bytes) {
    assertEquals(new Quantity.Amount(bytes), Sizes.parse(Sizes.format(bytes)));
  }

  @Property
  void aDurationIsReadAsItWasWritten(@ForAll @LongRange(min = 0) long nanoseconds) {
    assertEquals(new Quantity.Amount(nanoseconds), Durations.parse(Durations.format(nanoseconds)));
  }

  @Property
  void aSizeIsTheExactProductOfItsNumberAndItsUnit(
      @ForAll @LongRange(min = 0, max = 100_000) long whole, @ForAll @LongRange(min = 0, max = 999) long thousandths) {
    BigDecimal number = BigDecimal.valueOf(whole).add(BigDecimal.valueOf(thousandths, 3));
    long bytes = number.multiply(BigDecimal.valueOf(1_000_000)).longValueExact();
    assertEquals(new Quantity.Amount(bytes), Sizes.parse(number.toPlainString() + "MB"));
  }

  @Property
  void anyTextIsAnAmountThatIsNotNegativeOrInvalid(@ForAll String text) {
    for (Quantity quantity : new Quantity[] {Sizes.parse(text), Durations.parse(text)}) {
      if (quantity instanceof Quantity.Amount amount) {
        assertEquals(Math.abs(amount.value()), amount.value());
      }
    }
  }

  @Example
  void unitsAreThoseOfTheContract() {
    assertEquals(new Quantity.Amount(12), Sizes.parse("12"));
    assertEquals(new Quantity.Amount(12), Sizes.parse("12B"));
    assertEquals(new Quantity.Amount(1_000), Sizes.parse("1KB"));
    assertEquals(new Quantity.Amount(1_024), Sizes.parse("1KiB"));
    assertEquals(new Quantity.Amount(128_000_000), Sizes.parse("128MB"));
    assertEquals(new Quantity.Amount(1_572_864), Sizes.parse("1.5MiB"));
    assertEquals(new Quantity.Amount(2_000_000_000), Sizes.parse("2 GB"));
    assertEquals(new Quantity.Amount(1L << 30), Sizes.parse("1GiB"));
    assertEquals(new Quantity.Amount(5_000_000_000L), Durations.parse("5"));
    assertEquals(new Quantity.Amount(200_000_000), Durations.parse("200ms"));
    assertEquals(new Quantity.Amount(1_500_000_000), Durations.parse("1.5s"));
    assertEquals(new Quantity.Amount(60_000_000_000L), Durations.parse("1m"));
    assertEquals(new Quantity.Amount(3_600_000_000_000L), Durations.parse("1h"));
  }

  @Example
  void theLargestValuesAreThoseOfALong() {
    assertEquals(new Quantity.Amount(Long.MAX_VALUE), Sizes.parse("9223372036854775807"));
    assertInstanceOf(Quantity.Invalid.class, Sizes.parse("9223372036854775808"));
    assertInstanceOf(Quantity.Invalid.class, Sizes.parse("8589934592GiB"));
  }
}
