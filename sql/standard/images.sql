-- standard.images
-- grain     one row per image whose bytes have been landed
-- key       sha256
-- upstream  standard.steps
--
-- The images that steps show, each once by the hash of its bytes, which lie at `file` below the folder of landed data.
-- An image of which a dump gives only the name is in standard.steps alone.
create or replace view standard.images as
with

shown as (
    from standard.steps
    select
        dataset,
        trajectory_id,
        unnest(images) as image,
    where class = 'image_observation' and images is not null
)

from shown
select
    image.sha256 as sha256,
    min(image_place(image)) as file,
    min(image.media_type) as media_type,
    min(image.width) as width,
    min(image.height) as height,
    count(*) as step_count,
    count(distinct trajectory_id) as trajectory_count,
where image.sha256 is not null
group by image.sha256
;
