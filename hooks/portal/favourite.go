package portal

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/notice"
)

// maxFavourites is what one member may mark: more is a shop, not a list.
const maxFavourites = 300

// Favourite marks a product of the catalogue, or takes the mark away.
type Favourite struct {
	Product int64 `json:"product"`
	Wanted  bool  `json:"wanted"`
}

// Favourites are the numbers of the products that a member marked.
type Favourites struct {
	Products []int64 `json:"products"`
}

func favourites(c *web.Call) (Favourites, error) { return readFavourites(act.Read(c.App), c.By.Number) }

func readFavourites(r act.Reader, number int64) (Favourites, error) {
	all := Favourites{[]int64{}}
	return all, act.Each(r, "SELECT product FROM favourites WHERE member = ? ORDER BY product LIMIT ?", []any{number, maxFavourites}, func(row act.Scanner) error {
		var product int64
		err := row.Scan(&product)
		all.Products = append(all.Products, product)
		return err
	})
}

func markFavourite(c *web.Call, key string, in Favourite) (Favourite, bool, error) {
	a := act.Act{Kind: "member.favourite", Key: key, Input: in, By: c.By}
	return act.Do(c.Request.Context(), c.App, a, func(tx *act.Tx) (Favourite, error) {
		if err := mayMark(tx, in); err != nil {
			return in, err
		}
		notice.Tell(tx, c.App, c.By.Number, "favourites", "")
		if !in.Wanted {
			return in, tx.Exec("DELETE FROM favourites WHERE member = ? AND product = ?", c.By.Number, in.Product)
		}
		return in, tx.Exec("INSERT INTO favourites(member, product, act) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", c.By.Number, in.Product, tx.ID())
	})
}

func mayMark(tx *act.Tx, in Favourite) error {
	if !in.Wanted {
		return nil
	}
	var known bool
	var marked int64
	err := tx.Row(`SELECT EXISTS(SELECT 1 FROM products WHERE number = ? AND active), (SELECT count(*) FROM favourites WHERE member = ?)`, in.Product, tx.By().Number).Scan(&known, &marked)
	switch {
	case err != nil:
		return err
	case !known:
		return fault.NotFound("portal.good_unknown")
	case marked >= maxFavourites:
		return fault.Refused("portal.favourites_full", fault.Params{"max": maxFavourites})
	}
	return nil
}
