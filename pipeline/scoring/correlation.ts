// All shifts of a series against another at once, through the Fourier transform: for labels that are real, or whose
// spans are so many that adding them up shift by shift takes longer.
import FFT from 'fft.js';

/** A complex series as its transform keeps it: real and imaginary parts in turn. */
export type Spectrum = readonly number[];

export interface CircularCorrelator {
  /** Of a series that stays: two turns of the circle. It holds until the next call. */
  fixed(series: ArrayLike<number>): Spectrum;
  /** Of a series that is shifted, already conjugated. */
  shifted(series: ArrayLike<number>): Spectrum;
  /**
   * Σₜ x[(t + s) mod length] · y[t] at each shift s, for two pairs of series at the price of one: the one comes out as
   * the real and the other as the imaginary part of one inverse transform.
   */
  correlate(first: SpectrumPair, second: SpectrumPair | null, shifts: Int32Array): [Float64Array, Float64Array];
}

export interface SpectrumPair {
  readonly fixed: Spectrum;
  readonly shifted: Spectrum;
}

/** @param length of the circle; the transform is of the next power of two above two turns */
export function circularCorrelator(length: number): CircularCorrelator {
  const size = 2 ** Math.max(1, Math.ceil(Math.log2(2 * length)));
  const fft = new FFT(size);
  const padded: number[] = new Array(size).fill(0);
  /** Of `turns` turns of the circle and zeros. */
  const transform = (series: ArrayLike<number>, turns: number, spectrum: number[]): number[] => {
    for (let t = 0; t < length; t++) {
      padded[t] = series[t]!;
      padded[length + t] = turns === 2 ? series[t]! : 0;
    }
    fft.realTransform(spectrum, padded);
    fft.completeSpectrum(spectrum);
    return spectrum;
  };
  const kept = fft.createComplexArray();
  const product = fft.createComplexArray();
  const correlation = fft.createComplexArray();

  return {
    fixed: (series) => transform(series, 2, kept),
    shifted: (series) =>
      transform(series, 1, fft.createComplexArray()).map((part, index) => (index % 2 === 1 ? -part : part)),
    correlate(first, second, shifts) {
      const [x, y] = [first.fixed, first.shifted];
      const [u, v] = second === null ? [x, y] : [second.fixed, second.shifted];
      for (let k = 0; k < 2 * size; k += 2) {
        const real = x[k]! * y[k]! - x[k + 1]! * y[k + 1]!;
        const imaginary = x[k]! * y[k + 1]! + x[k + 1]! * y[k]!;
        const otherReal = u[k]! * v[k]! - u[k + 1]! * v[k + 1]!;
        const otherImaginary = u[k]! * v[k + 1]! + u[k + 1]! * v[k]!;
        product[k] = real - otherImaginary;
        product[k + 1] = imaginary + otherReal;
      }
      fft.inverseTransform(correlation, product);
      return [
        Float64Array.from(shifts, (shift) => correlation[2 * shift]!),
        Float64Array.from(shifts, (shift) => correlation[2 * shift + 1]!),
      ];
    },
  };
}
