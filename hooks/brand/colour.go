package brand

import (
	"fmt"
	"math"
	"strconv"
)

// Colour is sRGB, 8 bits a channel: what a screen gets.
type Colour struct{ R, G, B uint8 }

// Parse reads #RRGGBB; nothing else.
func Parse(hex string) (Colour, bool) {
	if len(hex) != 7 || hex[0] != '#' {
		return Colour{}, false
	}
	n, err := strconv.ParseUint(hex[1:], 16, 24)
	return Colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

func must(hex string) Colour {
	c, ok := Parse(hex)
	if !ok {
		panic("brand: " + hex)
	}
	return c
}

func (c Colour) String() string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// linear undoes the transfer curve of sRGB (IEC 61966-2-1).
func linear(v uint8) float64 {
	s := float64(v) / 255
	if s <= 0.04045 {
		return s / 12.92
	}
	return math.Pow((s+0.055)/1.055, 2.4)
}

func (c Colour) luminance() float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Contrast is WCAG 2's ratio, 1 to 21, of two colours in any order.
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// mix is CSS color-mix in sRGB: share of c, the rest of other.
func (c Colour) mix(share float64, other Colour) Colour {
	m := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*share + float64(b)*(1-share))) }
	return Colour{m(c.R, other.R), m(c.G, other.G), m(c.B, other.B)}
}

// oklch is Ottosson's OKLCH: lightness 0 to 1 as the eye sees it, chroma, hue in radians.
type oklch struct{ l, c, h float64 }

func (c Colour) oklch() oklch {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	x := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	y := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return oklch{0.2104542553*l + 0.7936177850*m - 0.0040720468*s, math.Hypot(x, y), math.Atan2(y, x)}
}

// colour is the nearest a screen can show: chroma gives way, lightness and hue stay.
func (o oklch) colour() Colour {
	if out, fits := o.exact(); fits {
		return out
	}
	out, _ := oklch{o.l, 0, o.h}.exact()
	for least, most := 0.0, o.c; most-least > 0.002; {
		c := (least + most) / 2
		if near, fits := (oklch{o.l, c, o.h}).exact(); fits {
			least, out = c, near
		} else {
			most = c
		}
	}
	return out
}

func (o oklch) exact() (c Colour, fits bool) {
	x, y := o.c*math.Cos(o.h), o.c*math.Sin(o.h)
	cube := func(v float64) float64 { return v * v * v }
	l, m, s := cube(o.l+0.3963377774*x+0.2158037573*y), cube(o.l-0.1055613458*x-0.0638541728*y), cube(o.l-0.0894841775*x-1.2914855480*y)
	fits = true
	channel := func(v float64) uint8 {
		fits = fits && v > -0.0005 && v < 1.0005
		v = min(max(v, 0), 1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return uint8(math.Round(v * 255))
	}
	c = Colour{channel(4.0767416621*l - 3.3077115913*m + 0.2309699292*s), channel(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		channel(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s)}
	return c, fits
}

// nearest moves the lightness of o as little as needed until good, in steps that the eye can't see.
func (o oklch) nearest(good func(Colour) bool) Colour {
	if c := o.colour(); good(c) {
		return c
	}
	const step = 0.005
	for d := step; d <= 1+step; d += step {
		for _, l := range []float64{o.l - d, o.l + d} {
			if c := (oklch{min(max(l, 0), 1), o.c, o.h}).colour(); good(c) {
				return c
			}
		}
	}
	return o.colour()
}
