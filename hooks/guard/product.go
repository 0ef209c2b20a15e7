package guard

import (
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/fault"
)

func bindProducts(app core.App) {
	tidy := func(e *core.RecordEvent) error {
		if err := tidyProduct(e.Record); err != nil {
			return err
		}
		return e.Next()
	}
	app.OnRecordCreate("products").BindFunc(tidy)
	app.OnRecordUpdate("products").BindFunc(tidy)
	app.OnRecordUpdate("products").BindFunc(keepOwner)
}

// keepOwner refuses another owner for goods that lie on the shelf: the co-op's have a value in its books,
// a consignor's have none.
func keepOwner(e *core.RecordEvent) error {
	stored, err := storedOf(e)
	if err != nil {
		return err
	}
	if stored.GetString("consignor") != e.Record.GetString("consignor") {
		lies, err := exists(e.App, "SELECT 1 FROM stock WHERE product = ? AND (quantity <> 0 OR value <> 0)", stored.GetInt("number"))
		if err != nil {
			return err
		}
		var in fault.Input
		in.Check(!lies, "consignor", "guard.consignor_stock")
		if err := in.Err(); err != nil {
			return err
		}
	}
	return e.Next()
}

// tidyProduct writes the barcode as scanners read it and refuses prices that can't be meant.
func tidyProduct(r *core.Record) error {
	var in fault.Input
	r.Set("barcode", strings.ToUpper(document.CleanText(r.GetString("barcode")))) // scanners and people don't agree on case
	price, own, cost := r.GetFloat("price_rupiah"), r.GetFloat("member_price_rupiah"), r.GetFloat("cost_rupiah")
	in.Check(price >= 0, "price_rupiah", "guard.price_negative")
	in.Check(own >= 0, "member_price_rupiah", "guard.price_negative")
	in.Check(cost >= 0, "cost_rupiah", "guard.price_negative")
	in.Check(own <= price || price < 0, "member_price_rupiah", "guard.member_price_above")
	return in.Err()
}
