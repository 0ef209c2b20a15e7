package brand

// Usual is the accent of a co-op that chose none: kunyit. Its tones were made by hand and live in tokens.css.
const Usual = "#F4B024"

// Text is what text must reach on its ground (WCAG 2.2, 1.4.3); apart is what a fill must keep from the ground
// it lies on to be seen at all (kunyit on paper has 1.76), and in the dark, where fills shine, 3.
const (
	text           = 4.5
	apart          = 1.5
	apartInTheDark = 3
	hover          = 0.88 // how much of the accent is left while the pointer is on it (color-mix in base.css)
)

// Ground is what the accent's tones lie on, in one theme. The test holds these to tokens.css.
type Ground struct{ Paper, Raised, Sunk, Base, BaseRaised Colour }

var (
	Light = Ground{must("#FAF6EC"), must("#FFFDF7"), must("#F2ECDD"), must("#0E2F27"), must("#173D33")}
	Dark  = Ground{must("#0B1B16"), must("#11251F"), must("#071410"), must("#173D33"), must("#1F4A3E")}
	ink   = must("#0E2F27") // text on a bright accent, in both themes
	pale  = must("#FAF6EC") // text on a deep one
)

// Tones are the tokens that a co-op's accent gives: --brand, --on-brand, --brand-text, --brand-tint,
// --brand-on-base (which is also the thread in the card's cloth, --cloth-a).
type Tones struct{ Brand, On, Text, Tint, OnBase Colour }

// Palette is an accent in both themes.
type Palette struct{ Light, Dark Tones }

// Derive makes an accent usable: hue stays, lightness moves as little as each tone's ratio asks.
func Derive(accent Colour) Palette {
	o := accent.oklch()
	return Palette{
		Light: tones(o, Light, oklch{0.945, min(o.c, 0.055), o.h}, apart),
		Dark:  tones(o, Dark, oklch{0.285, min(o.c, 0.042), o.h}, apartInTheDark),
	}
}

func tones(o oklch, g Ground, tint oklch, fromPaper float64) Tones {
	t := Tones{Tint: tint.colour()}
	t.Brand = o.nearest(func(c Colour) bool {
		return legible(c) && Contrast(c, g.Paper) >= fromPaper && Contrast(c, g.Base) >= apart
	})
	t.On = on(t.Brand)
	t.Text = o.nearest(func(c Colour) bool { return reaches(c, g.Paper, g.Raised, g.Sunk, t.Tint) })
	t.OnBase = o.nearest(func(c Colour) bool { return reaches(c, Light.Base, Light.BaseRaised, Dark.Base, Dark.BaseRaised) })
	return t
}

// on is the text that reads better on an accent.
func on(accent Colour) Colour {
	if Contrast(pale, accent) > Contrast(ink, accent) {
		return pale
	}
	return ink
}

// legible says that an accent carries text, also while the pointer is on it.
func legible(accent Colour) bool {
	over := on(accent)
	return Contrast(over, accent) >= text && Contrast(over, accent.mix(hover, over)) >= text
}

func reaches(c Colour, grounds ...Colour) bool {
	for _, g := range grounds {
		if Contrast(c, g) < text {
			return false
		}
	}
	return true
}
