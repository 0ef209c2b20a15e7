package member

import (
	"net/http"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/web"
)

// cardPixels is the side of a card's picture: sharp in print at 4 cm.
const cardPixels = 600

// cardOf signs the valid card of an active member, for the member or for a manager.
func cardOf(c *web.Call) (payload string, p Person, err error) {
	number, err := c.Number("number")
	if err != nil {
		return "", p, err
	}
	if c.By.Role == act.Member && c.By.Number != number {
		return "", p, fault.Forbidden("auth.forbidden")
	}
	if p, err = Find(act.Read(c.App), number); err != nil {
		return "", p, err
	}
	if p.Status != Active || p.CardSerial == 0 {
		return "", p, fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
	}
	ring, err := keys.Of(c.App)
	if err != nil {
		return "", p, err
	}
	payload, err = EncodeCard(ring, Card{p.Number, p.CardSerial})
	return payload, p, err
}

func showCardSVG(c *web.Call) error {
	payload, p, err := cardOf(c)
	if err != nil {
		return err
	}
	svg, err := CardSVG(payload, PrintNumber(p.Number))
	if err != nil {
		return err
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, "image/svg+xml", []byte(svg))
}

func showCardPNG(c *web.Call) error {
	payload, _, err := cardOf(c)
	if err != nil {
		return err
	}
	picture, err := CardPNG(payload, cardPixels)
	if err != nil {
		return err
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, "image/png", picture)
}
